package dev.hone.formats.model;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.gguf.GgufModel;
import dev.hone.formats.model.nf4.Nf4Weights;
import java.nio.file.Path;

/** Opens a base model whose weights are kept quantized in memory. */
public final class QuantizedModel {
  private QuantizedModel() {}

  /**
   * A GGUF file with the blocks that it has, or a Hugging Face directory whose linear layers become
   * NF4 as they are loaded.
   *
   * @param model a {@code .gguf} file or a directory
   * @param files where config and tokenizer of a GGUF file are written
   * @param twice double quantization of NF4; a GGUF file stays as it is
   * @throws HoneException if the model cannot be used
   */
  public static ModelDirectory open(Path model, Path files, boolean twice) {
    if (GgufModel.isGguf(model.toString())) {
      return GgufModel.open(model, files);
    }
    ModelDirectory directory = ModelDirectory.open(model);
    return directory.withWeights(new Nf4Weights(directory.weights(), twice));
  }
}
