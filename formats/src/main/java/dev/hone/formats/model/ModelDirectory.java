package dev.hone.formats.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.hf.TensorCheck;
import dev.hone.formats.model.safetensors.ShardedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A Hugging Face model directory, checked: a config of a known family, and weights that are all
 * there and all of the right shape. Opening reads headers only.
 */
public final class ModelDirectory {
  /** What {@code save_pretrained} of a model and its tokenizer writes next to the weights. */
  private static final List<String> COMPANIONS =
      List.of(
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "tokenizer.model",
          "chat_template.jinja",
          "chat_template.json");

  private final Path path;
  private final ModelFamily family;
  private final ModelConfig config;
  private final Weights weights;

  private ModelDirectory(Path path, ModelFamily family, ModelConfig config, Weights weights) {
    this.path = path;
    this.family = family;
    this.config = config;
    this.weights = weights;
  }

  /**
   * Opens a directory with {@code config.json} and safetensors weights.
   *
   * @throws HoneException naming every problem: an unsupported family or feature, or tensors that
   *     are missing, unknown or of another shape than the config says
   */
  public static ModelDirectory open(Path path) {
    if (!Files.isDirectory(path)) {
      throw new HoneException(
          path + " is not a directory; a model is a Hugging Face directory with config.json");
    }
    Path file = path.resolve("config.json");
    ConfigJson json = new ConfigJson(file.toString(), JsonFile.read(file));
    String modelType = json.text("model_type", "unknown");
    json.check();
    ModelFamily family = ModelFamily.named(modelType, file.toString());
    ModelConfig config = family.read(json);
    json.check();
    config = withGenerationConfig(path, config);
    Weights weights = ShardedWeights.open(path);
    TensorCheck.check(path, config, family.tensors(config), weights);
    return new ModelDirectory(path, family, config, weights);
  }

  /** {@code generation_config.json} decides where a generation ends, if it says so. */
  private static ModelConfig withGenerationConfig(Path path, ModelConfig config) {
    Path file = path.resolve("generation_config.json");
    if (!Files.exists(file)) {
      return config;
    }
    ConfigJson json = new ConfigJson(file.toString(), JsonFile.read(file));
    List<Integer> eos = json.tokenIds("eos_token_id");
    json.check();
    return eos.isEmpty() ? config : config.withEosTokenIds(eos);
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  /** The model's shape. */
  public ModelConfig config() {
    return config;
  }

  /** The model's family. */
  public ModelFamily family() {
    return family;
  }

  /** Every tensor of the model, in the order of its layers; {@link #weights} has all of them. */
  public List<TensorSpec> tensors() {
    return family.tensors(config);
  }

  /** The tensors' values. */
  public Weights weights() {
    return weights;
  }

  /**
   * Writes to another directory everything of this one but the weights: the config with the dtype
   * of the new weights, and the tokenizer's files unchanged.
   *
   * @throws HoneException if the directory cannot be written
   */
  public void writeCompanions(Path target, Dtype dtype) {
    ObjectNode json = JsonFile.read(path.resolve("config.json"));
    String key = json.has("torch_dtype") && !json.has("dtype") ? "torch_dtype" : "dtype";
    json.put(key, dtype.torchName());
    try {
      Files.createDirectories(target);
      for (String name : COMPANIONS) {
        if (Files.isRegularFile(path.resolve(name))) {
          Files.copy(path.resolve(name), target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new HoneException(target + " cannot be written: " + IoProblem.of(e), e);
    }
    JsonFile.write(target.resolve("config.json"), json);
  }
}
