package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;

/** A low-rank branch beside a linear layer: {@code y += scale * B A dropout(x)}, never merged. */
public final class Lora {
  private final Kernels kernels;
  private final Batch batch;
  private final Weight a; // [R, in]
  private final Weight b; // [out, R]
  private final double scale;
  private final double dropout;
  private final int module;
  private final LoraScratch scratch;
  private final Tensor hidden; // [T, R], A dropout(x), kept for the backward pass

  /**
   * @param a {@code [R, in]}
   * @param b {@code [out, R]}
   * @param scale alpha / R
   * @param dropout probability that an input is zeroed in training
   * @param hidden {@code [T, R]}, for the backward pass
   * @param module a number of its own in the model, for the dropout mask
   */
  public Lora(
      Kernels kernels,
      Batch batch,
      Weight a,
      Weight b,
      double scale,
      double dropout,
      int module,
      LoraScratch scratch,
      Tensor hidden) {
    this.kernels = kernels;
    this.batch = batch;
    this.a = a;
    this.b = b;
    this.scale = scale;
    this.dropout = dropout;
    this.module = module;
    this.scratch = scratch;
    this.hidden = hidden;
  }

  Weight a() {
    return a;
  }

  Weight b() {
    return b;
  }

  /** What the backward pass needs. */
  void recompute(Tensor x) {
    kernels.linear(dropped(x), a.operand(), hidden, batch.rows(), 1, 0);
  }

  void forward(Tensor x, Tensor y) {
    recompute(x);
    kernels.linear(hidden, b.operand(), y, batch.rows(), scale, 1);
  }

  /**
   * Forward was {@code h = A d, d = dropout(x), y += s B h}, so now {@code dB += s dYᵀ h, dh = s dY
   * B, dA += dhᵀ d}. Leaves dh for {@link #backwardInput}.
   */
  void backwardWeights(Tensor dY, Tensor x) {
    int rows = batch.rows();
    kernels.linearBackwardWeight(dY, hidden, b.gradient(), rows, scale, b.gradientBeta());
    kernels.linearBackwardInput(dY, b.operand(), scratch.dHidden(), rows, scale, 0);
    kernels.linearBackwardWeight(
        scratch.dHidden(), dropped(x), a.gradient(), rows, 1, a.gradientBeta());
  }

  /**
   * Forward was {@code h = A dropout(x)}, so now {@code dX += dropout(dh A)} with the same mask.
   */
  void backwardInput(Tensor dX) {
    int rows = batch.rows();
    if (drops()) {
      Tensor dDropped = scratch.dropped(dX.width());
      kernels.linearBackwardInput(scratch.dHidden(), a.operand(), dDropped, rows, 1, 0);
      kernels.dropout(dDropped, dX, rows, dropout, batch.dropoutSeed(module), 1);
    } else {
      kernels.linearBackwardInput(scratch.dHidden(), a.operand(), dX, rows, 1, 1);
    }
  }

  private boolean drops() {
    return batch.training() && dropout > 0;
  }

  private Tensor dropped(Tensor x) {
    if (!drops()) {
      return x;
    }
    Tensor y = scratch.dropped(x.width());
    kernels.dropout(x, y, batch.rows(), dropout, batch.dropoutSeed(module), 0);
    return y;
  }
}
