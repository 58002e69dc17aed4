package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.Norms;
import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;

/**
 * OLMo 2: {@code model_type: olmo2}. Norms come after attention and feed-forward, and q and k are
 * normalised as wholes.
 */
@AutoService(ModelFamily.class)
public final class Olmo2Family implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(0, 0, 2048, 10_000, 1e-5, false, Optional.empty(), List.of(50279));

  @Override
  public String modelType() {
    return "olmo2";
  }

  @Override
  public String architecture() {
    return "Olmo2ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "olmo2";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    return DecoderReader.read(
        json,
        modelType(),
        DEFAULTS,
        new Biases(bias, bias, false),
        DecoderStyle.LLAMA.withQkNorm(QkNorm.PROJECTION).withNorms(Norms.AFTER),
        DecoderReader.FULL);
  }
}
