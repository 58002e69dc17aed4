package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Phi-3 with 4k positions and Phi-4: {@code model_type: phi3}. q, k and v are one projection, gate
 * and up another; a part of each head may be turned only.
 */
@AutoService(ModelFamily.class)
public final class Phi3Family implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(0, 0, 4096, 10_000, 1e-5, false, Optional.of(1), List.of(32000));

  @Override
  public String modelType() {
    return "phi3";
  }

  @Override
  public String architecture() {
    return "Phi3ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "phi3";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    Windows windows = Windows.read(json, OptionalInt.empty(), layer -> true);
    ModelConfig config =
        DecoderReader.read(
            json,
            modelType(),
            DEFAULTS,
            Biases.NONE,
            DecoderStyle.LLAMA.withFused(),
            windows::layer);
    if (config.layers().get(0).rope().orElseThrow().scaling().isPresent()) {
      json.problem(
          "its RoPE is scaled, and Transformers takes every scaling of phi3 for longrope, which hone"
              + " does not compute; use a model without, such as one with 4k positions");
    }
    return config;
  }
}
