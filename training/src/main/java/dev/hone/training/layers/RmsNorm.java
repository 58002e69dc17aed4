package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

/** {@code y = x / rms(x) * (offset + weight)}, over rows as wide as the weight. */
public final class RmsNorm {
  private final Kernels kernels;
  private final Weight weight;
  private final double offset;
  private final double epsilon;
  private final Tensor rstd; // [rows]

  /**
   * @param weight {@code [width]}
   * @param offset added to the weight: 0, or 1 in the manner of Gemma
   * @param epsilon added to the mean square
   * @param capacity most rows of a pass
   */
  public RmsNorm(Kernels kernels, Weight weight, double offset, double epsilon, int capacity) {
    this.kernels = kernels;
    this.weight = weight;
    this.offset = offset;
    this.epsilon = epsilon;
    this.rstd = kernels.allocate(capacity);
  }

  Weight weight() {
    return weight;
  }

  /** How many rows as wide as the weight so many rows of x are. */
  int rowsIn(Tensor x, int rows) {
    return rows * (x.width() / Math.toIntExact(weight.length()));
  }

  /** Normalises x into y, which may be x. */
  void forward(Tensor x, Tensor y, int rows) {
    kernels.rmsNorm(x, weight.value(), offset, y, rstd, rows, epsilon);
  }

  /** Adds to the weight's gradient, if it has one. x is what the last forward pass read. */
  void backwardWeight(Tensor dY, Tensor x, int rows) {
    if (weight.isTrained()) {
      weight.addTo(kernels, sum -> kernels.rmsNormBackwardWeight(dY, x, rstd, sum, rows));
    }
  }

  /** {@code dX = beta * dX + } gradient by x; dX may be dY where beta is 0. */
  void backwardInput(Tensor dY, Tensor x, Tensor dX, int rows, double beta) {
    kernels.rmsNormBackwardInput(dY, x, weight.value(), offset, rstd, dX, rows, beta);
  }
}
