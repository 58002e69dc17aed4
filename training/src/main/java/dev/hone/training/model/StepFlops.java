package dev.hone.training.model;

import dev.hone.formats.model.AttentionLayer;
import dev.hone.formats.model.ModelConfig;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Floating-point operations that a training step cannot do without: products with weights, and
 * attention inside documents. A multiply and an add are two. What a pass computes again to save
 * memory is not counted, nor are norms, RoPE and the loss.
 *
 * <p>With P the weights of the blocks' linear layers, T tokens, L tokens with a loss, V the
 * vocabulary, C the hidden size and n the length of each document, the forward pass takes {@code
 * 2PT + 2LVC + sum over documents of 2n²·NH·HS} per layer for the last term (QKᵀ and PV, of which
 * the causal half; {@code 2nw - w²} for n² where a token sees w of them). Gradients by inputs take
 * as much, attention's twice; gradients by weights as much as the products. An adapter of rank r
 * adds {@code 2rT(in + out)} to each, and saves the gradients by the base weights.
 *
 * <p>Worked example: SmolLM2-135M has 106 million weights in its blocks; 1,024 tokens in two
 * documents, all with a loss, take 0.29 TFLOP forward and 0.88 TFLOP in all.
 *
 * @param forward of the forward pass
 * @param backward of both kinds of gradients
 */
public record StepFlops(double forward, double backward) {

  /** Forward and backward. */
  public double total() {
    return forward + backward;
  }

  /**
   * Counts a step.
   *
   * @param adapterRank r of an adapter on every linear layer of the blocks; empty: all weights are
   *     trained
   * @param documents length of each document in tokens
   * @param lossTokens tokens with a loss
   */
  public static StepFlops of(
      ModelConfig config, OptionalInt adapterRank, int[] documents, int lossTokens) {
    double tokens = Arrays.stream(documents).sum();
    double queryWidth = (double) config.numAttentionHeads() * config.headDim();
    double keyWidth = (double) config.numKeyValueHeads() * config.headDim();
    double hidden = config.hiddenSize();
    double intermediate = config.intermediateSize();
    double layers = config.numHiddenLayers();
    double weights = hidden * (2 * queryWidth + 2 * keyWidth + 3 * intermediate);
    double sides =
        (config.style().fused() ? 4 : 7) * hidden
            + 2 * queryWidth
            + 2 * keyWidth
            + 3 * intermediate;
    double head = 2.0 * lossTokens * config.vocabSize() * hidden;
    double products = 2 * layers * weights * tokens + head;
    double attention = 0;
    for (AttentionLayer layer : config.layers()) {
      int window = layer.window().orElse(Integer.MAX_VALUE);
      attention +=
          2 * queryWidth * Arrays.stream(documents).mapToDouble(n -> seen(n, window)).sum();
    }
    double adapter =
        adapterRank.isPresent() ? 2 * layers * adapterRank.getAsInt() * sides * tokens : 0;
    double byWeights = adapterRank.isPresent() ? adapter : products;
    return new StepFlops(
        products + adapter + attention, products + adapter + byWeights + 2 * attention);
  }

  /** Twice the pairs of tokens of which one sees the other. */
  private static double seen(double length, double window) {
    double w = Math.min(length, window);
    return 2 * length * w - w * w;
  }
}
