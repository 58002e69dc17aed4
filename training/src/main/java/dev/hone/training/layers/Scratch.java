package dev.hone.training.layers;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.Optional;

/**
 * Buffers that all blocks use in turn, so that only what the backward pass cannot cheaply make
 * again is kept layer by layer.
 *
 * @param residual {@code [T, C]} gradient of the residual stream, which runs through all layers
 * @param dOutput {@code [T, C]} the same for products to read
 * @param normed {@code [T, C]} a norm's output, made again in the backward pass
 * @param dNormed {@code [T, C]} its gradient
 * @param dAttention {@code [T, NH * HS]}
 * @param dQuery {@code [T, NH * HS]}
 * @param dKey {@code [T, NKV * HS]}
 * @param dValue {@code [T, NKV * HS]}
 * @param gated {@code [T, F]} silu(gate) * up, made again in the backward pass
 * @param dGate {@code [T, F]}
 * @param dUp {@code [T, F]}
 * @param branch {@code [T, C]} what a half of a block adds to the residual stream, and its gradient
 * @param joinedHeads {@code [T, (NH + 2 NKV) * HS]} q, k and v side by side, where they are made so
 * @param joinedGates {@code [T, 2F]} gate and up side by side, where they are made so
 */
public record Scratch(
    Tensor residual,
    Tensor dOutput,
    Tensor normed,
    Tensor dNormed,
    Tensor dAttention,
    Tensor dQuery,
    Tensor dKey,
    Tensor dValue,
    Tensor gated,
    Tensor dGate,
    Tensor dUp,
    Optional<Tensor> branch,
    Optional<Tensor> joinedHeads,
    Optional<Tensor> joinedGates) {

  /**
   * All of them.
   *
   * @param capacity most tokens of a pass
   * @param hidden C
   * @param intermediate F
   * @param branches whether what a half of a block adds is not simply added
   * @param joined whether q, k and v are made side by side, and gate and up
   */
  public static Scratch allocate(
      Kernels kernels,
      int capacity,
      int hidden,
      int intermediate,
      AttentionShape shape,
      boolean branches,
      boolean joined) {
    int queryWidth = shape.heads() * shape.headSize();
    int keyWidth = shape.keyValueHeads() * shape.headSize();
    Tensor residual = kernels.allocate(capacity, hidden);
    return new Scratch(
        residual,
        kernels.operandOf(residual),
        kernels.operand(capacity, hidden),
        kernels.allocate(capacity, hidden),
        kernels.operand(capacity, queryWidth),
        kernels.operand(capacity, queryWidth),
        kernels.operand(capacity, keyWidth),
        kernels.operand(capacity, keyWidth),
        kernels.operand(capacity, intermediate),
        kernels.operand(capacity, intermediate),
        kernels.operand(capacity, intermediate),
        operandIf(branches, kernels, capacity, hidden),
        operandIf(joined, kernels, capacity, queryWidth + 2 * keyWidth),
        operandIf(joined, kernels, capacity, 2 * intermediate));
  }

  private static Optional<Tensor> operandIf(
      boolean needed, Kernels kernels, int capacity, int width) {
    return needed ? Optional.of(kernels.operand(capacity, width)) : Optional.empty();
  }
}
