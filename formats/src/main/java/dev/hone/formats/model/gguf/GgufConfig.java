package dev.hone.formats.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.Activation;
import dev.hone.formats.model.Dtype;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.RopeScaling.Llama3;
import dev.hone.formats.model.hf.ConfigJson;
import dev.hone.formats.model.hf.JsonFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code config.json} and {@code generation_config.json} from a GGUF file's metadata. */
final class GgufConfig {
  private static final String NONE = "none";

  private final GgufReader reader;
  private final GgufMetadata metadata;
  private final ModelFamily family;
  private final String architecture;

  GgufConfig(GgufReader reader) {
    this.reader = reader;
    this.metadata = reader.metadata();
    this.architecture = metadata.requiredText("general.architecture");
    this.family =
        ModelFamily.all().values().stream()
            .filter(f -> f.ggufArchitecture().equals(architecture))
            .findFirst()
            .orElseThrow(() -> unknown(reader, architecture));
  }

  private static HoneException unknown(GgufReader reader, String architecture) {
    List<String> known =
        ModelFamily.all().values().stream().map(ModelFamily::ggufArchitecture).toList();
    return new HoneException(
        reader.path()
            + " is a model of architecture "
            + architecture
            + ", which hone does not know; it knows "
            + String.join(", ", known));
  }

  GgufReader reader() {
    return reader;
  }

  ModelFamily family() {
    return family;
  }

  /**
   * The model's shape.
   *
   * @throws HoneException as {@link #config}, or if the values do not fit together
   */
  ModelConfig read(Dtype dtype) {
    ConfigJson checked = new ConfigJson(reader.path().toString(), config(dtype));
    ModelConfig config = family.read(checked);
    if (window().isPresent() && config.layers().stream().allMatch(l -> l.window().isEmpty())) {
      checked.problem(
          "attention.sliding_window is %d, and models of type %s have no sliding attention"
              .formatted(window().get(), family.modelType()));
    }
    checked.check();
    return config;
  }

  /**
   * The config, in the keys that Transformers 4 and 5 both read.
   *
   * @throws HoneException if a value is missing or the file uses a feature that hone does not
   *     compute
   */
  ObjectNode config(Dtype dtype) {
    refuseUnsupported();
    int heads = metadata.requiredInt(key("attention.head_count"));
    int hiddenSize = metadata.requiredInt(key("embedding_length"));
    int headDim =
        metadata.integer(key("attention.key_length")).orElse(heads == 0 ? 0 : hiddenSize / heads);
    double theta = metadata.number(key("rope.freq_base")).orElse(10000.0);
    ObjectNode json = JsonFile.object();
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family.modelType());
    json.put("vocab_size", vocabSize());
    json.put("hidden_size", hiddenSize);
    json.put("intermediate_size", metadata.requiredInt(key("feed_forward_length")));
    json.put("num_hidden_layers", metadata.requiredInt(key("block_count")));
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", metadata.integer(key("attention.head_count_kv")).orElse(heads));
    json.put("head_dim", headDim);
    json.put("max_position_embeddings", metadata.requiredInt(key("context_length")));
    json.put("rms_norm_eps", metadata.number(key("attention.layer_norm_rms_epsilon")).orElse(1e-6));
    json.put("rope_theta", theta);
    json.putNull("rope_scaling");
    RopeFactors.read(reader, theta, headDim).ifPresent(scaling -> put(json, scaling));
    putScaling(json);
    metadata
        .integer(key("rope.dimension_count"))
        .filter(turned -> turned != headDim)
        .ifPresent(turned -> json.put("partial_rotary_factor", (double) turned / headDim));
    json.put("hidden_act", Activation.SILU.key());
    putIfStored(json, "attention_bias", "blk.0.attn_q.bias");
    putIfStored(json, "mlp_bias", "blk.0.ffn_gate.bias");
    json.put("attention_dropout", 0.0);
    json.putNull("sliding_window");
    window().ifPresent(window -> json.put("sliding_window", window));
    json.put("tie_word_embeddings", !reader.tensors().containsKey("output.weight"));
    json.put("initializer_range", 0.02);
    json.put("use_cache", true);
    putTokenIds(json);
    json.put("torch_dtype", dtype.torchName());
    family.addFromGguf(metadata, json);
    return json;
  }

  /** Tokens that a token sees, if those are not all of the context. */
  private Optional<Integer> window() {
    int context = metadata.integer(key("context_length")).orElse(0);
    return metadata
        .integer(key("attention.sliding_window"))
        .filter(window -> window > 0 && window < context);
  }

  private void putScaling(ObjectNode json) {
    double factor =
        metadata
            .number(key("rope.scaling.factor"))
            .or(() -> metadata.number(key("rope.scale_linear")))
            .orElse(1.0);
    String type =
        metadata.text(key("rope.scaling.type")).orElse(factor > 0 && factor != 1 ? "linear" : NONE);
    if (type.equals(NONE)) {
      return;
    }
    ObjectNode scaling =
        json.putObject("rope_scaling").put("rope_type", type).put("factor", factor);
    metadata
        .integer(key("rope.scaling.original_context_length"))
        .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
    metadata
        .number(key("rope.scaling.attn_factor"))
        .ifPresent(attention -> scaling.put("attention_factor", attention));
  }

  private void putIfStored(ObjectNode json, String key, String tensor) {
    if (reader.tensors().containsKey(tensor)) {
      json.put(key, true);
    }
  }

  private static void put(ObjectNode json, Llama3 scaling) {
    json.putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", scaling.factor())
        .put("low_freq_factor", scaling.lowFreqFactor())
        .put("high_freq_factor", scaling.highFreqFactor())
        .put("original_max_position_embeddings", scaling.originalMaxPositionEmbeddings());
  }

  /** What ends a generation. An end-of-turn token of its own ends it as well. */
  ObjectNode generationConfig() {
    ObjectNode json = JsonFile.object();
    json.put("_from_model_config", true);
    putTokenIds(json);
    Optional<Integer> eos = tokenId("eos");
    Optional<Integer> endOfTurn = tokenId("eot");
    if (eos.isPresent() && endOfTurn.isPresent() && !eos.equals(endOfTurn)) {
      json.putArray("eos_token_id").add(eos.get()).add(endOfTurn.get());
    }
    return json;
  }

  private void putTokenIds(ObjectNode json) {
    tokenId("bos").ifPresent(id -> json.put("bos_token_id", id));
    tokenId("eos").ifPresent(id -> json.put("eos_token_id", id));
    tokenId("padding").ifPresent(id -> json.put("pad_token_id", id));
  }

  private Optional<Integer> tokenId(String name) {
    return metadata.integer("tokenizer.ggml." + name + "_token_id");
  }

  private long vocabSize() {
    GgufTensor embedding = reader.tensors().get("token_embd.weight");
    if (embedding == null || embedding.shape().length != 2) {
      throw new HoneException(reader.path() + " has no matrix token_embd.weight");
    }
    return embedding.shape()[0];
  }

  private void refuseUnsupported() {
    List<String> problems = new ArrayList<>();
    int parts = metadata.integer("split.count").orElse(1);
    if (parts > 1) {
      problems.add("it is one of " + parts + " parts; merge them with llama.cpp's gguf-split");
    }
    if (metadata.integer(key("expert_count")).orElse(0) > 0) {
      problems.add("it is a mixture of experts");
    }
    if (!problems.isEmpty()) {
      throw new HoneException(
          reader.path() + " cannot be imported: " + String.join("; ", problems));
    }
  }

  private String key(String name) {
    return architecture + "." + name;
  }
}
