package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.Activation;
import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Rope;
import dev.hone.formats.model.RopeScaling;
import dev.hone.formats.model.RopeScaling.Linear;
import dev.hone.formats.model.RopeScaling.Llama3;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A model's config as GGUF metadata: what {@link GgufConfig} makes {@code config.json} of. */
final class GgufKeys {
  private final Map<String, Object> keys = new LinkedHashMap<>();
  private final String architecture;

  private GgufKeys(String architecture) {
    this.architecture = architecture;
  }

  /**
   * The keys, without those of the tokenizer.
   *
   * @throws HoneException if hone writes no GGUF file of such a model
   */
  static Map<String, Object> of(ModelDirectory model, Quantization quantization) {
    ModelConfig config = model.config();
    GgufKeys made = new GgufKeys(architecture(model));
    made.keys.put("general.architecture", made.architecture);
    made.keys.put("general.type", "model");
    made.keys.put("general.name", name(model.path()));
    made.keys.put("general.file_type", quantization.fileType());
    if (quantization.isQuantized()) {
      made.keys.put("general.quantization_version", 2);
    }
    made.put("context_length", config.maxPositionEmbeddings());
    made.put("embedding_length", config.hiddenSize());
    made.put("block_count", config.numHiddenLayers());
    made.put("feed_forward_length", config.intermediateSize());
    made.put("attention.head_count", config.numAttentionHeads());
    made.put("attention.head_count_kv", config.numKeyValueHeads());
    made.put("attention.key_length", config.headDim());
    made.put("attention.value_length", config.headDim());
    made.put("attention.layer_norm_rms_epsilon", (float) config.rmsNormEps());
    made.put("vocab_size", config.vocabSize());
    Rope rope = rope(model);
    made.put("rope.freq_base", (float) rope.theta());
    made.put("rope.dimension_count", config.headDim());
    if (rope.scaling().orElse(null) instanceof Linear linear) {
      made.put("rope.scaling.type", "linear");
      made.put("rope.scaling.factor", (float) linear.factor());
    }
    return made.keys;
  }

  private void put(String name, Object value) {
    keys.put(architecture + "." + name, value);
  }

  private static String name(Path path) {
    Path last = path.toAbsolutePath().normalize().getFileName();
    return last == null ? "model" : last.toString();
  }

  private static String architecture(ModelDirectory model) {
    return model
        .family()
        .writtenGgufArchitecture()
        .orElseThrow(
            () ->
                refused(
                    model,
                    "it is of type %s, and hone writes llama, mistral, qwen2 and qwen3"
                        .formatted(model.config().modelType())));
  }

  /** Llama 3's scaling is a tensor, see {@link RopeFactors}. */
  private static Rope rope(ModelDirectory model) {
    ModelConfig config = model.config();
    AttentionLayer first = config.layers().get(0);
    boolean windows = config.layers().stream().anyMatch(layer -> layer.window().isPresent());
    if (windows || first.rope().isEmpty() || !config.layers().stream().allMatch(first::equals)) {
      throw refused(model, "its layers attend in different ways, or to a window");
    }
    if (config.style().activation() != Activation.SILU) {
      throw refused(model, "its activation is " + config.style().activation().key());
    }
    Rope rope = first.rope().get();
    Optional<RopeScaling> scaling = rope.scaling();
    boolean known =
        scaling.isEmpty()
            || scaling.get() instanceof Linear
            || (scaling.get() instanceof Llama3 llama && RopeFactors.canSay(llama));
    if (rope.dimensions(config.headDim()) != config.headDim() || !known) {
      throw refused(model, "its rotary embedding is " + rope);
    }
    return rope;
  }

  private static HoneException refused(ModelDirectory model, String problem) {
    return new HoneException(
        "%s cannot be written to GGUF: %s; export it with --to hf or merged and convert it with llama.cpp"
            .formatted(model.name(), problem));
  }
}
