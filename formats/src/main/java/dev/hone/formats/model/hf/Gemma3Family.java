package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.model.DecoderStyle.QkNorm;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.ModelFamily;
import dev.hone.formats.model.Rope;
import dev.hone.formats.model.gguf.GgufMetadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Gemma 3, the text model: {@code model_type: gemma3_text}. Every sixth layer sees everything, the
 * others a window and with a RoPE of their own; q and k heads are RMS-normalised.
 */
@AutoService(ModelFamily.class)
public final class Gemma3Family implements ModelFamily {
  private static final int LAYERS_OF_27B = 62;
  private static final DecoderReader.Defaults DEFAULTS =
      new DecoderReader.Defaults(4, 256, 131072, 1_000_000, 1e-6, true, Optional.of(2), List.of(1));

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public String architecture() {
    return "Gemma3ForCausalLM";
  }

  /** Without {@code Text} it is the class of the models that see. */
  @Override
  public Optional<String> classifier() {
    return Optional.of("Gemma3TextForSequenceClassification");
  }

  @Override
  public String ggufArchitecture() {
    return "gemma3";
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return false;
  }

  @Override
  public void addFromGguf(GgufMetadata metadata, ObjectNode config) {
    Gemma2Family.addFromGguf(config, LAYERS_OF_27B);
    config.put(
        "rope_local_base_freq", metadata.number("gemma3.rope.freq_base_swa").orElse(10_000.0));
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    boolean bias = json.flag("attention_bias", false);
    Gemma2Family.refuseBothWays(json);
    int pattern = json.size("sliding_window_pattern", json.size("_sliding_window_pattern", 6));
    Windows windows = Windows.read(json, OptionalInt.of(4096), layer -> (layer + 1) % pattern != 0);
    Rope near = near(json);
    return DecoderReader.read(
        json,
        modelType(),
        DEFAULTS,
        new Biases(bias, bias, false),
        Gemma2Family.style(json, 0, 0).withQkNorm(QkNorm.HEADS),
        (index, far) -> windows.layer(index, windows.slides(index) ? near : far));
  }

  /** RoPE of layers that see a window: {@code rope_local_base_freq}, never scaled. */
  private static Rope near(ConfigJson json) {
    double theta = json.positive("rope_local_base_freq", 10_000);
    return json.object("rope_parameters")
        .flatMap(kinds -> kinds.object("sliding_attention"))
        .map(own -> RopeReader.inside(own, theta, 1, 131_072))
        .orElse(Rope.of(theta));
  }
}
