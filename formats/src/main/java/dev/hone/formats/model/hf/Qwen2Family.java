package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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
  public Optional<String> writtenGgufArchitecture() {
    return Optional.of(ggufArchitecture());
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    Biases biases = new Biases(true, false, false);
    return DecoderReader.read(
        json, modelType(), DEFAULTS, biases, DecoderStyle.LLAMA, qwenWindows(json)::layer);
  }

  /**
   * Qwen's switch for sliding attention: {@code use_sliding_window} turns it on from layer {@code
   * max_window_layers}, unless {@code layer_types} names the layers itself.
   */
  static Windows qwenWindows(ConfigJson json) {
    boolean used = json.flag("use_sliding_window", false);
    int from = json.size("max_window_layers", 28);
    return Windows.read(json, OptionalInt.of(4096), layer -> used && layer >= from);
  }
}
