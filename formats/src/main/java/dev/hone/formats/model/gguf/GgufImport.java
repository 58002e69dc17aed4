package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.ShardedWeights;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a complete Hugging Face directory of a GGUF file: config, weights, tokenizer and chat
 * template. Transformers, PEFT and vLLM open it, and it gives the logits of the file's own
 * dequantized weights.
 */
public final class GgufImport {
  private GgufImport() {}

  /**
   * Imports in float32, which keeps every decoded value as it is; bfloat16 would round again.
   *
   * @param dir does not exist yet, or is empty
   * @throws HoneException if the file cannot be imported; nothing is left behind then
   */
  public static void run(Path gguf, Path dir) {
    run(gguf, dir, Dtype.F32);
  }

  /**
   * Imports with weights of another type.
   *
   * @param dtype F32, F16 or BF16
   */
  public static void run(Path gguf, Path dir, Dtype dtype) {
    Path target = dir.toAbsolutePath().normalize();
    Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
    GgufReader reader = GgufReader.open(gguf);
    try {
      refuseUsed(target);
      Files.createDirectories(target.getParent());
      delete(partial);
      Files.createDirectory(partial);
      try {
        write(reader, partial, dtype);
        ModelDirectory.open(partial);
        Files.deleteIfExists(target);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(partial);
      }
    } catch (IOException e) {
      throw new HoneException(dir + " cannot be written: " + IoProblem.of(e), e);
    }
  }

  private static void write(GgufReader reader, Path dir, Dtype dtype) throws IOException {
    GgufConfig source = new GgufConfig(reader);
    ModelConfig config = source.read(dtype);
    List<TensorSource> tensors = GgufTensors.sources(reader, source.family(), config);
    writeCompanions(source, config, dir, dtype);
    SafetensorsWriter.write(dir.resolve(ShardedWeights.SINGLE), dtype, tensors);
  }

  /** Everything but the weights. */
  static void writeCompanions(GgufConfig source, ModelConfig config, Path dir, Dtype dtype)
      throws IOException {
    GgufTokenizer tokenizer = new GgufTokenizer(source.reader(), config.vocabSize());
    JsonFile.write(dir.resolve("tokenizer.json"), tokenizer.tokenizerJson());
    JsonFile.write(
        dir.resolve("tokenizer_config.json"),
        tokenizer.tokenizerConfig(config.maxPositionEmbeddings()));
    JsonFile.write(dir.resolve("special_tokens_map.json"), tokenizer.specialTokensMap());
    if (tokenizer.chatTemplate().isPresent()) {
      Files.writeString(dir.resolve("chat_template.jinja"), tokenizer.chatTemplate().get());
    }
    JsonFile.write(dir.resolve("config.json"), source.config(dtype));
    JsonFile.write(dir.resolve("generation_config.json"), source.generationConfig());
  }

  private static void refuseUsed(Path target) throws IOException {
    if (Files.isDirectory(target)) {
      try (Stream<Path> files = Files.list(target)) {
        if (files.findAny().isEmpty()) {
          return;
        }
      }
    }
    if (Files.exists(target)) {
      throw new HoneException(
          target + " exists already and is not an empty directory; name another one or delete it");
    }
  }

  private static void delete(Path partial) throws IOException {
    if (!Files.exists(partial)) {
      return;
    }
    try (Stream<Path> files = Files.walk(partial)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
