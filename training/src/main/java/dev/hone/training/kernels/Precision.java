package dev.hone.training.kernels;

/**
 * How the operands of products are stored. Trained weights, gradients, norms, softmax, the loss and
 * the residual stream are f32 in either case.
 */
public enum Precision {
  /** 32-bit floats. */
  F32,
  /**
   * 16-bit floats with the exponent of 32-bit ones: 8 bits of precision, products summed in f32.
   */
  BF16
}
