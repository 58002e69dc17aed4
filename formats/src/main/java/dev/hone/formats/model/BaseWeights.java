package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.formats.model.nf4.Nf4Weights;
import java.nio.file.Path;

/**
 * How the weights of a base model that is not trained are held in memory. A GGUF file has blocks of
 * its own, which stay as they are in every case.
 */
public enum BaseWeights {
  /** As the files have them. */
  AS_STORED,
  /** Linear layers of a Hugging Face directory as NF4, made one by one as they are loaded. */
  NF4,
  /** The same, with NF4's scales quantized again. */
  NF4_DOUBLE;

  /**
   * Opens a base model.
   *
   * @param model a {@code .gguf} file or a Hugging Face directory
   * @param files where config and tokenizer of a GGUF file are written
   * @throws HoneException if the model cannot be used
   */
  public ModelDirectory open(Path model, Path files) {
    return open(model, files, Task.CAUSAL_LM);
  }

  /** The same for a task, see {@link ModelDirectory#open(Path, Task)}. */
  public ModelDirectory open(Path model, Path files, Task task) {
    if (GgufModel.isGguf(model.toString())) {
      return GgufModel.open(model, files).forTask(task);
    }
    return of(ModelDirectory.open(model, task));
  }

  /** A Hugging Face directory held this way. */
  public ModelDirectory of(ModelDirectory directory) {
    return this == AS_STORED
        ? directory
        : directory.withWeights(new Nf4Weights(directory.weights(), this == NF4_DOUBLE));
  }

  /**
   * The shape of a base model, of which nothing but headers is read.
   *
   * @param model a {@code .gguf} file or a Hugging Face directory
   * @throws HoneException if the model cannot be used
   */
  public ModelDirectory outline(Path model) {
    return outline(model, Task.CAUSAL_LM);
  }

  /** The same for a task, see {@link ModelDirectory#open(Path, Task)}. */
  public ModelDirectory outline(Path model, Task task) {
    return GgufModel.isGguf(model.toString())
        ? GgufModel.outline(model).forTask(task)
        : of(ModelDirectory.outline(model, task));
  }
}
