package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.Activation;
import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.DecoderStyle;
import dev.hone.formats.model.ModelConfig;
import dev.hone.formats.model.ModelConfig.Biases;
import dev.hone.formats.model.Rope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the families of the Llama lineage have in common in {@code config.json}; a family passes
 * what differs. Everything that would change a number and that hone does not compute is refused.
 */
final class DecoderReader {
  private DecoderReader() {}

  /**
   * What differs between the families when {@code config.json} says nothing.
   *
   * @param keyValueHeads {@code num_key_value_heads}; 0: as many as attention heads
   * @param headDim {@code head_dim}; 0: {@code hidden_size / num_attention_heads}
   * @param maxPositions {@code max_position_embeddings}
   * @param theta {@code rope_theta}
   * @param epsilon {@code rms_norm_eps}
   * @param tied {@code tie_word_embeddings}
   * @param firstBos {@code bos_token_id}; empty for none
   * @param firstEos {@code eos_token_id}; empty for none
   */
  record Defaults(
      int keyValueHeads,
      int headDim,
      int maxPositions,
      double theta,
      double epsilon,
      boolean tied,
      Optional<Integer> firstBos,
      List<Integer> firstEos) {

    /** Those of most families: {@code rope_theta} 10,000, epsilon 1e-6, a head of its own. */
    Defaults(
        int keyValueHeads,
        int headDim,
        int maxPositions,
        Optional<Integer> firstBos,
        List<Integer> firstEos) {
      this(keyValueHeads, headDim, maxPositions, 10_000, 1e-6, false, firstBos, firstEos);
    }
  }

  /** The attention of a layer, when the model's RoPE and length are known. */
  interface Layers {
    AttentionLayer of(int index, Rope rope);
  }

  /** Every layer sees all that came before. */
  static final Layers FULL = (index, rope) -> AttentionLayer.full(rope);

  static ModelConfig read(
      ConfigJson json,
      String modelType,
      Defaults defaults,
      Biases biases,
      DecoderStyle style,
      Layers layers) {
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
    Rope rope = RopeReader.read(json, defaults.theta(), maxPositions);
    int turned = rope.dimensions(headDim);
    if (turned % 2 != 0) {
      json.problem(
          (turned == headDim
                  ? "head_dim " + headDim
                  : "the rotated part of a head, " + turned + ",")
              + " is odd; rotary embedding turns pairs");
    }
    refuseUnsupported(json);
    List<Integer> eos = json.tokenIds("eos_token_id");
    return new ModelConfig(
        modelType,
        json.requiredSize("vocab_size"),
        hiddenSize,
        json.requiredSize("intermediate_size"),
        heads,
        keyValueHeads,
        headDim,
        maxPositions,
        json.positive("rms_norm_eps", defaults.epsilon()),
        IntStream.range(0, json.requiredSize("num_hidden_layers"))
            .mapToObj(index -> layers.of(index, rope))
            .toList(),
        biases,
        style.withActivation(activation(json, style.activation())),
        json.flag("tie_word_embeddings", defaults.tied()),
        json.tokenId("bos_token_id").isPresent()
            ? Optional.of(json.tokenId("bos_token_id").getAsInt())
            : defaults.firstBos(),
        eos.isEmpty() ? defaults.firstEos() : eos);
  }

  /** {@code hidden_activation}, Gemma's key, goes before {@code hidden_act}, as it does there. */
  private static Activation activation(ConfigJson json, Activation normal) {
    String key = json.value("hidden_activation").isPresent() ? "hidden_activation" : "hidden_act";
    boolean gemma = normal == Activation.GELU_TANH;
    String named = gemma && key.equals("hidden_act") ? normal.key() : json.text(key, normal.key());
    Optional<Activation> found = Activation.named(named);
    if (found.isEmpty()) {
      json.problem(
          key
              + " is "
              + named
              + "; hone computes "
              + Arrays.stream(Activation.values())
                  .map(Activation::key)
                  .collect(Collectors.joining(" and ")));
    }
    return found.orElse(normal);
  }

  private static void refuseUnsupported(ConfigJson json) {
    for (String key : List.of("attention_dropout", "resid_pdrop", "embd_pdrop")) {
      Optional<JsonNode> dropout = json.value(key);
      if (dropout.isPresent() && dropout.get().doubleValue() != 0) {
        json.problem(
            key
                + " is "
                + dropout.get()
                + ", which hone does not apply; set it to 0 to train without");
      }
    }
    if (json.value("quantization_config").isPresent()) {
      json.problem(
          "quantization_config is set: the weights are quantized; use the model in float32, bfloat16"
              + " or float16");
    }
  }
}
