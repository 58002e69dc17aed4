package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.model.Activation;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.Norms;
import dev.hone.formats.model.DecoderStyle.Scales;
import dev.hone.formats.model.DecoderStyle.SoftCaps;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.gguf.GgufMetadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Gemma 2: {@code model_type: gemma2}. Every other layer sees a window; scores and logits are
 * capped.
 */
@AutoService(ModelFamily.class)
public final class Gemma2Family implements ModelFamily {
  private static final int LAYERS_OF_27B = 46;
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(4, 256, 8192, 10_000, 1e-6, true, Optional.of(2), List.of(1));

  @Override
  public String modelType() {
    return "gemma2";
  }

  @Override
  public String architecture() {
    return "Gemma2ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "gemma2";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public void addFromGguf(GgufMetadata metadata, ObjectNode config) {
    addFromGguf(config, LAYERS_OF_27B);
    for (String key : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
      metadata.number("gemma2." + key).ifPresent(cap -> config.put(key, cap));
    }
  }

  /**
   * GGUF has no key for {@code query_pre_attn_scalar}: it is the size of a head, but for the
   * largest model, whose is the hidden size by the heads.
   */
  static void addFromGguf(ObjectNode config, int layersOfLargest) {
    boolean largest = config.get("num_hidden_layers").intValue() == layersOfLargest;
    int heads = config.get("num_attention_heads").intValue();
    config.put(
        "query_pre_attn_scalar",
        largest ? config.get("hidden_size").intValue() / heads : config.get("head_dim").intValue());
    config.put("hidden_act", Activation.GELU_TANH.key());
    config.put("hidden_activation", Activation.GELU_TANH.key());
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    refuseBothWays(json);
    return DecoderReader.read(
        json,
        modelType(),
        DEFAULTS,
        new Biases(bias, bias, false),
        style(json, 50, 30),
        Windows.read(json, OptionalInt.of(4096), layer -> layer % 2 == 0)::layer);
  }

  /**
   * What Gemma 2 and 3 have in common: norms around each half that multiply by 1 + weight, GELU,
   * embeddings times the root of the hidden size, and attention by {@code query_pre_attn_scalar}.
   *
   * @param attentionCap {@code attn_logit_softcapping} where the file has no such key; 0: none
   * @param logitCap {@code final_logit_softcapping}, the same
   */
  static DecoderStyle style(ConfigJson json, double attentionCap, double logitCap) {
    double attention = 1 / Math.sqrt(json.positive("query_pre_attn_scalar", 256));
    double embedding = (float) Math.sqrt(json.size("hidden_size", 2304));
    return DecoderStyle.LLAMA
        .withNorms(Norms.AROUND)
        .withUnitOffset()
        .withActivation(Activation.GELU_TANH)
        .withScales(new Scales(embedding, OptionalDouble.of(attention), 1, 1))
        .withSoftCaps(
            new SoftCaps(
                cap(json, "attn_logit_softcapping", attentionCap),
                cap(json, "final_logit_softcapping", logitCap)));
  }

  private static OptionalDouble cap(ConfigJson json, String key, double normal) {
    boolean none = json.isNull(key) || (json.value(key).isEmpty() && normal == 0);
    return none ? OptionalDouble.empty() : OptionalDouble.of(json.positive(key, normal));
  }

  /** Embedding models of these shapes see what comes after a token too. */
  static void refuseBothWays(ConfigJson json) {
    if (json.flag("use_bidirectional_attention", false)) {
      json.problem("use_bidirectional_attention is true; hone trains causal models only");
    }
  }
}
