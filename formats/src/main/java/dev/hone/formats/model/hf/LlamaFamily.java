package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;

/** Llama 2 and 3, SmolLM, TinyLlama: {@code model_type: llama}. */
@AutoService(ModelFamily.class)
public final class LlamaFamily implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(0, 0, 2048, Optional.of(1), List.of(2));

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public String architecture() {
    return "LlamaForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "llama";
  }

  @Override
  public Optional<String> writtenGgufArchitecture() {
    return Optional.of(ggufArchitecture());
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return true;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    Biases biases = new Biases(bias, bias, json.flag("mlp_bias", false));
    return DecoderReader.read(
        json, modelType(), DEFAULTS, biases, DecoderStyle.LLAMA, DecoderReader.FULL);
  }
}
