package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;

/** Qwen3: {@code model_type: qwen3}. q and k heads are RMS-normalised; heads have 128 elements. */
@AutoService(ModelFamily.class)
public final class Qwen3Family implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(32, 128, 32768, Optional.empty(), List.of());

  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public String architecture() {
    return "Qwen3ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "qwen3";
  }

  @Override
  public Optional<String> writtenGgufArchitecture() {
    return Optional.of(ggufArchitecture());
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
        DecoderStyle.LLAMA.withQkNorm(QkNorm.HEADS),
        Qwen2Family.qwenWindows(json)::layer);
  }
}
