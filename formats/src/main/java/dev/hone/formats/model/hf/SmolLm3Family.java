package dev.hone.formats.model.hf;

import com.google.auto.service.AutoService;
import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * SmolLM3: {@code model_type: smollm3}. Every fourth layer, or those of {@code no_rope_layers}, are
 * not turned by position.
 */
@AutoService(ModelFamily.class)
public final class SmolLm3Family implements ModelFamily {
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(
          4, 0, 32768, 2_000_000, 1e-6, true, Optional.of(128000), List.of(128001));

  @Override
  public String modelType() {
    return "smollm3";
  }

  @Override
  public String architecture() {
    return "SmolLM3ForCausalLM";
  }

  @Override
  public String ggufArchitecture() {
    return "smollm3";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return true;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    IntPredicate turned = turned(json);
    boolean used = json.flag("use_sliding_window", false);
    Windows windows = Windows.read(json, OptionalInt.empty(), layer -> used && !turned.test(layer));
    return DecoderReader.read(
        json,
        modelType(),
        DEFAULTS,
        new Biases(bias, bias, json.flag("mlp_bias", false)),
        DecoderStyle.LLAMA,
        (index, rope) -> {
          AttentionLayer layer = windows.layer(index, rope);
          return turned.test(index) ? layer : new AttentionLayer(Optional.empty(), layer.window());
        });
  }

  /** 1 in {@code no_rope_layers} means a layer that has RoPE, whatever the key's name says. */
  private static IntPredicate turned(ConfigJson json) {
    if (json.value("no_rope_layers").isEmpty()) {
      int interval = json.size("no_rope_layer_interval", 4);
      return layer -> (layer + 1) % interval != 0;
    }
    List<Integer> flags = json.tokenIds("no_rope_layers");
    if (flags.size() != json.size("num_hidden_layers", flags.size())) {
      json.problem("no_rope_layers has " + flags.size() + " numbers, not one for each layer");
    }
    return layer -> layer >= flags.size() || flags.get(layer) != 0;
  }
}
