package dev.hone.formats.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.formats.model.hf.RewardConfig;
import dev.hone.formats.model.hf.TensorCheck;
import dev.hone.formats.model.safetensors.ShardedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A Hugging Face model directory, checked: a config of a known family, and weights that are all
 * there and all of the right shape. Opening reads headers only.
 */
public final class ModelDirectory {
  private static final String CONFIG = "config.json";
  private static final String GENERATION_CONFIG = "generation_config.json";

  /** What {@code save_pretrained} of a tokenizer writes, of any kind and version. */
  private static final List<String> TOKENIZER =
      List.of(
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
  private final String name;
  private final ModelFamily family;
  private final ModelConfig config;
  private final Weights weights;
  private final Task task;

  private ModelDirectory(
      Path path, String name, ModelFamily family, ModelConfig config, Weights weights, Task task) {
    this.path = path;
    this.name = name;
    this.family = family;
    this.config = config;
    this.weights = weights;
    this.task = task;
  }

  /**
   * Opens a directory with {@code config.json} and safetensors weights.
   *
   * @throws HoneException naming every problem: an unsupported family or feature, tensors that are
   *     missing, unknown or of another shape than the config says, or a reward model
   */
  public static ModelDirectory open(Path path) {
    return open(path, Task.CAUSAL_LM);
  }

  /**
   * The same for a task. A language model is opened to give rewards, too: {@link #weights} then
   * have no {@link Task#SCORE} yet.
   */
  public static ModelDirectory open(Path path, Task task) {
    ConfigJson json = config(path);
    ModelFamily family = family(path, json);
    ModelConfig config = withGenerationConfig(path, read(family, json));
    Task stored = stored(path, json, task);
    Weights weights = ShardedWeights.open(path);
    TensorCheck.check(path, config, tensors(family, config, stored), weights);
    return new ModelDirectory(path, path.toString(), family, config, weights, stored).forTask(task);
  }

  /**
   * The shape of the model in a directory: of the weights nothing is read but the headers, and
   * nothing at all where there is only a {@code config.json}, whose dtype they have then.
   *
   * @throws HoneException as {@link #open}, but not for weights that are missing altogether
   */
  public static ModelDirectory outline(Path path) {
    return outline(path, Task.CAUSAL_LM);
  }

  /** The same for a task, see {@link #open(Path, Task)}. */
  public static ModelDirectory outline(Path path, Task task) {
    ConfigJson json = config(path);
    ModelFamily family = family(path, json);
    ModelConfig config = read(family, json);
    Task stored = stored(path, json, task);
    List<TensorSpec> tensors = tensors(family, config, stored);
    Weights weights;
    if (ShardedWeights.in(path)) {
      weights = ShapeWeights.of(ShardedWeights.open(path));
      TensorCheck.check(path, config, tensors, weights);
    } else {
      String dtype = json.text("dtype", json.text("torch_dtype", Dtype.F32.torchName()));
      json.check();
      weights = ShapeWeights.of(tensors, Dtype.ofTorch(dtype, path.resolve(CONFIG) + ": dtype"));
    }
    return new ModelDirectory(
            path, path.toString(), family, withGenerationConfig(path, config), weights, stored)
        .forTask(task);
  }

  /** What the model in a directory is for. */
  private static Task stored(Path path, ConfigJson json, Task asked) {
    List<String> architectures = json.texts("architectures");
    Task stored = Task.of(architectures);
    if (stored == Task.SEQ_CLS && asked == Task.CAUSAL_LM) {
      throw new HoneException(
          "%s is a reward model (%s), which rates texts and writes none; add reward_model: true to train or measure it as one, or name a language model"
              .formatted(path, String.join(", ", architectures)));
    }
    if (stored == Task.SEQ_CLS) {
      RewardConfig.requireOneLabel(path, json);
    }
    return stored;
  }

  private static List<TensorSpec> tensors(ModelFamily family, ModelConfig config, Task task) {
    List<TensorSpec> tensors = new ArrayList<>(family.tensors(config));
    if (task == Task.SEQ_CLS) {
      tensors.removeIf(spec -> spec.name().equals("lm_head.weight"));
      tensors.add(new TensorSpec(Task.SCORE, Task.SCORE, new long[] {1, config.hiddenSize()}));
    }
    return List.copyOf(tensors);
  }

  private static ConfigJson config(Path path) {
    if (!Files.isDirectory(path)) {
      throw new HoneException(
          path + " is not a directory; a model is a Hugging Face directory with config.json");
    }
    Path file = path.resolve(CONFIG);
    return new ConfigJson(file.toString(), JsonFile.read(file));
  }

  private static ModelFamily family(Path path, ConfigJson json) {
    String modelType = json.text("model_type", "unknown");
    json.check();
    return ModelFamily.named(modelType, path.resolve(CONFIG).toString());
  }

  private static ModelConfig read(ModelFamily family, ConfigJson json) {
    ModelConfig config = family.read(json);
    json.check();
    return config;
  }

  /**
   * A model whose config and tokenizer are in a directory and whose weights are elsewhere.
   *
   * @param path has {@code config.json}, perhaps {@code generation_config.json} and tokenizer files
   * @param name what others call the model
   * @param weights every tensor of the family, of the config's shapes
   */
  public static ModelDirectory of(
      Path path, String name, ModelFamily family, ModelConfig config, Weights weights) {
    return new ModelDirectory(
        path, name, family, withGenerationConfig(path, config), weights, Task.CAUSAL_LM);
  }

  /** {@code generation_config.json} decides where a generation ends, if it says so. */
  private static ModelConfig withGenerationConfig(Path path, ModelConfig config) {
    Path file = path.resolve(GENERATION_CONFIG);
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

  /** What others call this model: its path, unless it is a copy of something else. */
  public String name() {
    return name;
  }

  /** The same directory as a copy of a model of another name, such as an address. */
  public ModelDirectory named(String original) {
    return new ModelDirectory(path, original, family, config, weights, task);
  }

  /** The same directory with its weights held in another way. */
  public ModelDirectory withWeights(Weights held) {
    return new ModelDirectory(path, name, family, config, held, task);
  }

  /**
   * The same directory for a task that its model can be made for.
   *
   * @throws HoneException if it is to give rewards, and Transformers could not open what becomes of
   *     it
   */
  public ModelDirectory forTask(Task other) {
    if (other == Task.SEQ_CLS) {
      RewardConfig.architecture(family);
    }
    return new ModelDirectory(path, name, family, config, weights, other);
  }

  /** What the model is for. */
  public Task task() {
    return task;
  }

  /**
   * The token that Transformers takes for padding where a model gives rewards, as the saved config
   * will say; empty if nothing is known of one.
   */
  public OptionalInt padTokenId() {
    OptionalInt known = RewardConfig.padTokenId(path);
    return known.isPresent() || config.eosTokenIds().isEmpty()
        ? known
        : OptionalInt.of(config.eosTokenIds().get(0));
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
    return tensors(family, config, task);
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
    ObjectNode json = JsonFile.read(path.resolve(CONFIG));
    String key = json.has("torch_dtype") && !json.has("dtype") ? "torch_dtype" : "dtype";
    json.put(key, dtype.torchName());
    if (task == Task.SEQ_CLS) {
      RewardConfig.write(json, family, padTokenId());
    }
    copy(List.of(GENERATION_CONFIG), target);
    writeTokenizer(target);
    JsonFile.write(target.resolve(CONFIG), json);
  }

  /**
   * Writes the tokenizer's files unchanged to another directory, as far as there are any.
   *
   * @throws HoneException if the directory cannot be written
   */
  public void writeTokenizer(Path target) {
    copy(TOKENIZER, target);
  }

  /**
   * The model with more rows in its embedding.
   *
   * @param files the folder of its config and tokenizer, which know of them
   */
  ModelDirectory grown(Path files, int rows) {
    ConfigJson json = config(files);
    List<Integer> eos = read(family, json).eosTokenIds();
    ModelConfig grown = config.withVocabSize(rows).withEosTokenIds(eos);
    Weights held = rows == config.vocabSize() ? weights : new GrownWeights(weights, rows);
    return of(files, name, family, grown, held);
  }

  /**
   * The model as an adapter was trained on it: with as many rows in its embedding as the adapter
   * has saved, and the adapter's tokenizer.
   *
   * @param adapter a PEFT directory
   */
  public ModelDirectory grownFor(Path adapter, int rows) {
    return new ModelDirectory(
        adapter, name, family, config.withVocabSize(rows), new GrownWeights(weights, rows), task);
  }

  static void copyTokenizer(Path from, Path target) {
    copy(from, TOKENIZER, target);
  }

  private void copy(List<String> names, Path target) {
    copy(path, names, target);
  }

  private static void copy(Path path, List<String> names, Path target) {
    try {
      Files.createDirectories(target);
      for (String file : names) {
        if (Files.isRegularFile(path.resolve(file))) {
          Files.copy(path.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new HoneException(target + " cannot be written: " + IoProblem.of(e), e);
    }
  }
}
