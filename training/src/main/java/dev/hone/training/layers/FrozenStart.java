package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

/**
 * What a branch began as, taken out of the base weight: {@code y -= scale * B0 A0 x}. Together with
 * the branch the module begins as it was, and the weight itself stays untouched.
 */
public final class FrozenStart {
  private final Kernels kernels;
  private final Batch batch;
  private final Tensor a; // [R, in]
  private final Tensor b; // [out, R]
  private final double scale;
  private final Tensor hidden; // [T, R], shared

  /**
   * @param a {@code [R, in]}, set before the first pass
   * @param b {@code [out, R]}, set before the first pass
   * @param scale that of the branch
   */
  public FrozenStart(
      Kernels kernels, Batch batch, Tensor a, Tensor b, double scale, LoraScratch scratch) {
    this.kernels = kernels;
    this.batch = batch;
    this.a = a;
    this.b = b;
    this.scale = scale;
    this.hidden = scratch.dHidden(Math.toIntExact(a.shape()[0]));
  }

  void forward(Tensor x, Tensor y) {
    kernels.linear(x, a, hidden, batch.rows(), 1, 0);
    kernels.linear(hidden, b, y, batch.rows(), -scale, 1);
  }

  /** Forward was {@code y -= scale * B0 A0 x}, so now {@code dX -= scale * dY B0 A0}. */
  void backwardInput(Tensor dY, Tensor dX) {
    kernels.linearBackwardInput(dY, b, hidden, batch.rows(), -scale, 0);
    kernels.linearBackwardInput(hidden, a, dX, batch.rows(), 1, 1);
  }
}
