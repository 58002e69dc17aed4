package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

/**
 * The keys and values of one block for the tokens seen so far, sequence after sequence.
 *
 * @param keys {@code [P, NKV * HS]}, after RoPE
 * @param values {@code [P, NKV * HS]}
 */
public record KeyValueCache(Tensor keys, Tensor values) {

  /**
   * An empty cache.
   *
   * @param positions P, most tokens of all sequences together
   * @param width NKV * HS
   */
  public static KeyValueCache allocate(Kernels kernels, int positions, int width) {
    return new KeyValueCache(kernels.operand(positions, width), kernels.operand(positions, width));
  }
}
