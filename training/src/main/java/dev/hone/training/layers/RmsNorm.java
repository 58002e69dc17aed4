package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

/** {@code y = x / rms(x) * weight}, over rows as wide as the weight. */
public final class RmsNorm {
  private final Kernels kernels;
  private final Weight weight;
  private final double epsilon;
  private final Tensor rstd; // [rows]

  /**
   * @param weight {@code [width]}
   * @param epsilon added to the mean square
   * @param capacity most rows of a pass
   */
  public RmsNorm(Kernels kernels, Weight weight, double epsilon, int capacity) {
    this.kernels = kernels;
    this.weight = weight;
    this.epsilon = epsilon;
    this.rstd = kernels.allocate(capacity);
  }

  Weight weight() {
    return weight;
  }

  /** Normalises x into y, which may be x. */
  void forward(Tensor x, Tensor y, int rows) {
    kernels.rmsNorm(x, weight.value(), y, rstd, rows, epsilon);
  }

  /** Adds to the weight's gradient, if it has one. x is what the last forward pass read. */
  void backwardWeight(Tensor dY, Tensor x, int rows) {
    if (weight.isTrained()) {
      kernels.rmsNormBackwardWeight(dY, x, rstd, weight.settledGradient(kernels), rows);
    }
  }

  /** {@code dX = beta * dX + } gradient by x; dX may be dY where beta is 0. */
  void backwardInput(Tensor dY, Tensor x, Tensor dX, int rows, double beta) {
    kernels.rmsNormBackwardInput(dY, x, weight.value(), rstd, dX, rows, beta);
  }
}
