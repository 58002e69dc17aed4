package dev.hone.formats.model.peft;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.IoProblem;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.TensorInfo;
import dev.hone.formats.model.TensorSpec;
import dev.hone.formats.model.Weights;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.model.safetensors.SafetensorsWriter;
import dev.hone.formats.model.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A PEFT LoRA adapter on disk. For the module {@code m} of the base model, {@code [out, in]}, it
 * has {@code base_model.model.m.lora_A.weight [r, in]} and {@code base_model.model.m.lora_B.weight
 * [out, r]}; with DoRA also {@code base_model.model.m.lora_magnitude_vector [out]}.
 */
public final class PeftAdapter {
  /** Name of the configuration file. */
  public static final String CONFIG = "adapter_config.json";

  /** Name of the weight file. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  static final String PREFIX = "base_model.model.";

  private final AdapterConfig config;
  private final Map<String, long[]> modules;
  private final Weights weights;

  private PeftAdapter(AdapterConfig config, Map<String, long[]> modules, Weights weights) {
    this.config = config;
    this.modules = modules;
    this.weights = weights;
  }

  /** The file's name of A, {@code [r, in]}, of a module such as model.layers.0.mlp.up_proj. */
  public static String nameOfA(String module) {
    return PREFIX + module + ".lora_A.weight";
  }

  /** The file's name of B, {@code [out, r]}. */
  public static String nameOfB(String module) {
    return PREFIX + module + ".lora_B.weight";
  }

  /** The file's name of the lengths of the rows, {@code [out]}, with {@code use_dora}. */
  public static String nameOfMagnitude(String module) {
    return PREFIX + module + ".lora_magnitude_vector";
  }

  /** The module of the base model that a tensor of an adapter belongs to. */
  public static String moduleOf(String name) {
    int end = name.lastIndexOf(".lora_");
    if (!name.startsWith(PREFIX) || end < 0) {
      throw new IllegalArgumentException(name + " is no name of an adapter's matrix");
    }
    return name.substring(PREFIX.length(), end);
  }

  /**
   * The base model as an adapter was trained on it: with the tokens that were new to it, if the
   * adapter has more rows of the embedding than the base model.
   */
  public static ModelDirectory baseOf(Path dir, ModelDirectory base) {
    if (!Files.exists(dir.resolve(WEIGHTS))) {
      return base;
    }
    Weights weights = SafetensorsReader.open(dir.resolve(WEIGHTS));
    String table = PREFIX + "model.embed_tokens.weight";
    long rows = weights.names().contains(table) ? weights.info(table).shape()[0] : 0;
    return rows > base.config().vocabSize() ? base.grownFor(dir, Math.toIntExact(rows)) : base;
  }

  /**
   * Opens an adapter and checks it against its base model.
   *
   * @param base the base model's tensors
   * @throws HoneException naming every problem: an unsupported feature, or matrices that are
   *     missing, unknown or of a shape that does not fit
   */
  public static PeftAdapter open(Path dir, List<TensorSpec> base) {
    if (!Files.exists(dir.resolve(WEIGHTS)) && Files.exists(dir.resolve("adapter_model.bin"))) {
      throw new HoneException(
          dir + " has adapter_model.bin; hone reads safetensors, save the adapter again with PEFT");
    }
    AdapterConfig config = AdapterConfigReader.read(dir.resolve(CONFIG));
    requireTask(dir, config, base);
    Map<String, long[]> modules = config.settings().modules(base);
    Weights weights = SafetensorsReader.open(dir.resolve(WEIGHTS));
    List<String> problems = new ArrayList<>();
    Set<String> known = new HashSet<>();
    modules.forEach(
        (module, shape) -> {
          int r = config.settings().ranks().rankOf(module);
          check(weights, nameOfA(module), new long[] {r, shape[1]}, known, problems);
          check(weights, nameOfB(module), new long[] {shape[0], r}, known, problems);
          if (config.settings().dora()) {
            check(weights, nameOfMagnitude(module), new long[] {shape[0]}, known, problems);
          }
        });
    config
        .settings()
        .parts(base)
        .values()
        .forEach(part -> check(weights, part.file(), part.source().shape(), known, problems));
    for (String name : weights.names()) {
      if (!known.contains(name)) {
        problems.add("tensor " + name + " belongs to no target module of the base model");
      }
    }
    if (!problems.isEmpty()) {
      throw new HoneException(
          dir
              + " does not fit its base model: "
              + String.join("; ", problems.subList(0, Math.min(8, problems.size())))
              + (problems.size() > 8 ? "; and " + (problems.size() - 8) + " more problems" : ""));
    }
    return new PeftAdapter(config, modules, weights);
  }

  /** An adapter changes what the model that it was trained on was for. */
  private static void requireTask(Path dir, AdapterConfig config, List<TensorSpec> base) {
    boolean rewards = base.stream().anyMatch(spec -> spec.name().equals(Task.SCORE));
    if (rewards && config.task() != Task.SEQ_CLS) {
      throw new HoneException(
          "%s is an adapter of a language model (task_type %s), and a reward model has one with a score; name such a one, or start without lora_model_dir"
              .formatted(dir, config.task()));
    }
    if (!rewards && config.task() == Task.SEQ_CLS) {
      throw new HoneException(
          "%s is the adapter of a reward model (task_type SEQ_CLS), which rates texts and writes none; add reward_model: true to train or measure it as one, or name another adapter"
              .formatted(dir));
    }
  }

  private static void check(
      Weights weights, String name, long[] expected, Set<String> known, List<String> problems) {
    known.add(name);
    if (!weights.names().contains(name)) {
      problems.add("tensor " + name + " " + TensorInfo.text(expected) + " is missing");
    } else if (!Arrays.equals(weights.info(name).shape(), expected)) {
      problems.add(
          "tensor "
              + name
              + " is "
              + TensorInfo.text(weights.info(name).shape())
              + ", not "
              + TensorInfo.text(expected));
    } else if (!weights.info(name).dtype().isFloat()) {
      problems.add("tensor " + name + " is " + weights.info(name).dtype() + ", not a float type");
    }
  }

  /**
   * Writes an adapter that PEFT, vLLM and {@link #open} read.
   *
   * @param config its targets may be every linear layer; they are then written by name
   * @param dtype of the file: F32, F16 or BF16
   * @param matrices A and B of every module, under {@link #nameOfA} and {@link #nameOfB}, and what
   *     else is trained
   * @throws HoneException if the directory cannot be written
   */
  public static void write(
      Path dir, AdapterConfig config, Dtype dtype, Collection<TensorSource> matrices) {
    Set<String> modules = new LinkedHashSet<>();
    for (TensorSource matrix : matrices) {
      if (matrix.name().contains(".lora_")) {
        modules.add(moduleOf(matrix.name()));
      }
    }
    LoraTargets targets = config.settings().targets().named(modules);
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new HoneException(dir + " cannot be written: " + IoProblem.of(e), e);
    }
    SafetensorsWriter.write(dir.resolve(WEIGHTS), dtype, matrices);
    new AdapterConfig(config.settings().withTargets(targets), config.baseModel(), config.task())
        .write(dir.resolve(CONFIG));
  }

  /** The adapter's settings. */
  public AdapterConfig config() {
    return config;
  }

  /** The modules it changes, with the shape {@code [out, in]} of their weights, in layer order. */
  public Map<String, long[]> modules() {
    return modules;
  }

  /** The matrices, by {@link #nameOfA} and {@link #nameOfB}. */
  public Weights weights() {
    return weights;
  }
}
