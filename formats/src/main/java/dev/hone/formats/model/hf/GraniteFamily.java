package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.Scales;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.gguf.GgufMetadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * IBM Granite 3: {@code model_type: granite}. Llama with a factor for embeddings, attention,
 * residuals and logits.
 */
@AutoService(ModelFamily.class)
public final class GraniteFamily implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(0, 0, 2048, Optional.of(1), List.of(2));

  @Override
  public String modelType() {
    return "granite";
  }

  @Override
  public String architecture() {
    return "GraniteForCausalLM";
  }

  /** Transformers has no such class. */
  @Override
  public Optional<String> classifier() {
    return Optional.empty();
  }

  @Override
  public String ggufArchitecture() {
    return "granite";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return true;
  }

  @Override
  public void addFromGguf(GgufMetadata metadata, ObjectNode config) {
    metadata
        .number("granite.embedding_scale")
        .ifPresent(x -> config.put("embedding_multiplier", x));
    metadata
        .number("granite.attention.scale")
        .ifPresent(x -> config.put("attention_multiplier", x));
    metadata.number("granite.residual_scale").ifPresent(x -> config.put("residual_multiplier", x));
    metadata.number("granite.logit_scale").ifPresent(x -> config.put("logits_scaling", x));
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    Scales scales =
        new Scales(
            json.positive("embedding_multiplier", 1),
            OptionalDouble.of(json.positive("attention_multiplier", 1)),
            json.positive("residual_multiplier", 1),
            1 / json.positive("logits_scaling", 1));
    return DecoderReader.read(
        json,
        modelType(),
        DEFAULTS,
        new Biases(bias, bias, json.flag("mlp_bias", false)),
        DecoderStyle.LLAMA.withScales(scales),
        DecoderReader.FULL);
  }
}
