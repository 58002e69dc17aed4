package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.TensorSpec;
import java.util.List;
import java.util.Optional;

/** Mistral 7B and its like: {@code model_type: mistral}. Its default is a window of 4096 tokens. */
@AutoService(ModelFamily.class)
public final class MistralFamily implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(8, 0, 4096 * 32, Optional.of(1), List.of(2));

  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public String architecture() {
    return "MistralForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "mistral";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return true;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    ModelConfig config =
        DecoderReader.read(json, modelType(), DEFAULTS, false, false, false, false);
    // A missing key means the default, null means no window.
    if (!json.isNull("sliding_window")) {
      DecoderReader.refuseWindow(
          json, json.size("sliding_window", 4096), config.maxPositionEmbeddings());
    }
    return config;
  }

  @Override
  public List<TensorSpec> tensors(ModelConfig config) {
    return DecoderTensors.of(config);
  }
}
