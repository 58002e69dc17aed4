package dev.hone.training.layers;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

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
    Tensor dUp) {

  /**
   * All of them.
   *
   * @param capacity most tokens of a pass
   * @param hidden C
   * @param intermediate F
   */
  public static Scratch allocate(
      Kernels kernels, int capacity, int hidden, int intermediate, AttentionShape shape) {
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
        kernels.operand(capacity, intermediate));
  }
}
