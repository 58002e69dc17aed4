package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.NewDirectory;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.ShardedWeights;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    GgufReader reader = GgufReader.open(gguf);
    NewDirectory.write(
        dir,
        partial -> {
          write(reader, partial, dtype);
          ModelDirectory.open(partial);
        });
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
}
