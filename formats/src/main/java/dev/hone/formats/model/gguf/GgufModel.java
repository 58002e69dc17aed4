package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A GGUF file used as it is: its blocks are the model's weights, and nothing is decoded. */
public final class GgufModel {
  private GgufModel() {}

  /** Whether a location is that of a GGUF file. */
  public static boolean isGguf(String location) {
    return location.toLowerCase(Locale.ROOT).endsWith(".gguf");
  }

  /**
   * The model's shape.
   *
   * @throws HoneException as {@link #open}
   */
  public static ModelConfig config(Path gguf) {
    return new GgufConfig(GgufReader.open(gguf)).read(Dtype.F32);
  }

  /**
   * Opens a file without writing any: for a plan, which needs no tokenizer.
   *
   * @throws HoneException as {@link #open}
   */
  public static ModelDirectory outline(Path gguf) {
    GgufConfig source = new GgufConfig(GgufReader.open(gguf));
    ModelConfig config = source.read(Dtype.F32);
    return ModelDirectory.of(
        gguf,
        gguf.toString(),
        source.family(),
        config,
        new GgufWeights(source.reader(), source.family(), config));
  }

  /**
   * Opens a file; its tensors are mapped when they are asked for.
   *
   * @param files gets config, tokenizer and chat template as files, a few megabytes
   * @throws HoneException if the file is not one that {@link GgufImport} could import
   */
  public static ModelDirectory open(Path gguf, Path files) {
    GgufConfig source = new GgufConfig(GgufReader.open(gguf));
    ModelConfig config = source.read(Dtype.F32);
    GgufWeights weights = new GgufWeights(source.reader(), source.family(), config);
    try {
      Files.createDirectories(files);
      GgufImport.writeCompanions(source, config, files, Dtype.F32);
    } catch (IOException e) {
      throw new HoneException(files + " cannot be written: " + IoProblem.of(e), e);
    }
    return ModelDirectory.of(files, gguf.toString(), source.family(), config, weights);
  }
}
