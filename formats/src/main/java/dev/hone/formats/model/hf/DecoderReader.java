package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.ModelConfig;
import java.util.List;
import java.util.Optional;

/**
 * What the families of the Llama lineage have in common in {@code config.json}; a family passes
 * what differs. Everything that would change a number and that hone does not compute is refused.
 */
final class DecoderReader {
  private DecoderReader() {}

  /**
   * What differs between the families.
   *
   * @param keyValueHeads default of {@code num_key_value_heads}; 0: as many as attention heads
   * @param headDim default of {@code head_dim}; 0: {@code hidden_size / num_attention_heads}
   * @param maxPositions default of {@code max_position_embeddings}
   * @param firstBos default of {@code bos_token_id}; empty for none
   * @param firstEos default of {@code eos_token_id}; empty for none
   */
  record Defaults(
      int keyValueHeads,
      int headDim,
      int maxPositions,
      Optional<Integer> firstBos,
      List<Integer> firstEos) {}

  static ModelConfig read(
      ConfigJson json,
      String modelType,
      Defaults defaults,
      boolean qkvBias,
      boolean outputBias,
      boolean mlpBias,
      boolean qkNorm) {
    int hiddenSize = json.requiredSize("hidden_size");
    int heads = json.requiredSize("num_attention_heads");
    int defaultHeadDim = defaults.headDim() > 0 ? defaults.headDim() : hiddenSize / heads;
    int keyValueHeads =
        json.size(
            "num_key_value_heads", defaults.keyValueHeads() > 0 ? defaults.keyValueHeads() : heads);
    int headDim = json.size("head_dim", Math.max(1, defaultHeadDim));
    int maxPositions = json.size("max_position_embeddings", defaults.maxPositions());
    if (heads % keyValueHeads != 0) {
      json.problem(
          "num_attention_heads "
              + heads
              + " is not a multiple of num_key_value_heads "
              + keyValueHeads);
    }
    if (json.value("head_dim").isEmpty() && defaults.headDim() == 0 && hiddenSize % heads != 0) {
      json.problem("hidden_size " + hiddenSize + " is not a multiple of num_attention_heads");
    }
    if (headDim % 2 != 0) {
      json.problem("head_dim " + headDim + " is odd; rotary embedding turns pairs");
    }
    refuseUnsupported(json);
    List<Integer> eos = json.tokenIds("eos_token_id");
    return new ModelConfig(
        modelType,
        json.requiredSize("vocab_size"),
        hiddenSize,
        json.requiredSize("intermediate_size"),
        json.requiredSize("num_hidden_layers"),
        heads,
        keyValueHeads,
        headDim,
        maxPositions,
        json.positive("rms_norm_eps", 1e-6),
        RopeReader.read(json, maxPositions),
        qkvBias,
        outputBias,
        mlpBias,
        qkNorm,
        json.flag("tie_word_embeddings", false),
        json.tokenId("bos_token_id").isPresent()
            ? Optional.of(json.tokenId("bos_token_id").getAsInt())
            : defaults.firstBos(),
        eos.isEmpty() ? defaults.firstEos() : eos);
  }

  private static void refuseUnsupported(ConfigJson json) {
    String activation = json.text("hidden_act", "silu");
    if (!activation.equals("silu")) {
      json.problem("hidden_act is " + activation + "; hone computes silu only");
    }
    Optional<JsonNode> dropout = json.value("attention_dropout");
    if (dropout.isPresent() && dropout.get().doubleValue() != 0) {
      json.problem(
          "attention_dropout is "
              + dropout.get()
              + ", which hone does not apply; set it to 0 to train without");
    }
    if (json.value("quantization_config").isPresent()) {
      json.problem(
          "quantization_config is set: the weights are quantized; use the model in float32, bfloat16"
              + " or float16");
    }
  }

  /**
   * Refuses a sliding window that some sequence of the model's length would feel.
   *
   * @param window tokens that a token sees, itself included
   */
  static void refuseWindow(ConfigJson json, int window, int maxPositions) {
    if (window < maxPositions) {
      json.problem(
          "sliding_window "
              + window
              + " is smaller than max_position_embeddings "
              + maxPositions
              + " and hone has no sliding attention; sequences of up to "
              + window
              + " tokens never feel it, so to train on those set sliding_window to null and"
              + " max_position_embeddings to "
              + window);
    }
  }
}
