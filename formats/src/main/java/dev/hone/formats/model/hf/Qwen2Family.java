package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorSpec;
import java.util.List;
import java.util.Optional;

/** Qwen2 and Qwen2.5: {@code model_type: qwen2}. q, k and v always have a bias, o never. */
@AutoService(ModelFamily.class)
public final class Qwen2Family implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(32, 0, 32768, Optional.empty(), List.of());

  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public String architecture() {
    return "Qwen2ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "qwen2";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    ModelConfig config = DecoderReader.read(json, modelType(), DEFAULTS, true, false, false, false);
    QwenWindow.refuse(json, config);
    return config;
  }

  @Override
  public List<TensorSpec> tensors(ModelConfig config) {
    return DecoderTensors.of(config);
  }
}
