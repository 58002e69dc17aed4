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
 * Mistral 7B and its like: {@code model_type: mistral}. Every layer sees {@code sliding_window}
 * tokens.
 */
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

  /** llama.cpp has no other: without a window the two are the same. */
  @Override
  public Optional<String> writtenGgufArchitecture() {
    return Optional.of("llama");
  }

  @Override
  public boolean ggufPairsRotaryRows() {
    return true;
  }

  @Override
  public ModelConfig read(ConfigJson json) {
    Windows windows = Windows.read(json, OptionalInt.of(4096), layer -> true);
    return DecoderReader.read(
        json, modelType(), DEFAULTS, Biases.NONE, DecoderStyle.LLAMA, windows::layer);
  }
}
