package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private final Optional<Dora> dora;
  private final Optional<FrozenStart> start;
  private final Tensor hidden; // [T, R], A dropout(x), kept for the backward pass
  private final Tensor dHidden; // [T, R], shared

  /**
   * @param a {@code [R, in]}
   * @param b {@code [out, R]}
   * @param scale what the branch is multiplied with
   * @param dropout probability that an input is zeroed in training
   * @param hidden {@code [T, R]}, for the backward pass
   * @param module a number of its own in the model, for the dropout mask
   * @param dora the lengths of the rows, where they are trained
   * @param start what it began as, where that is taken out of the base weight
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
      Tensor hidden,
      Optional<Dora> dora,
      Optional<FrozenStart> start) {
    this.kernels = kernels;
    this.batch = batch;
    this.a = a;
    this.b = b;
    this.scale = scale;
    this.dropout = dropout;
    this.module = module;
    this.scratch = scratch;
    this.hidden = hidden;
    this.dora = dora;
    this.start = start;
    this.dHidden = scratch.dHidden(Math.toIntExact(a.shape()[0]));
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>(List.of(a, b));
    dora.ifPresent(lengths -> all.addAll(lengths.weights()));
    return all;
  }

  Optional<Dora> dora() {
    return dora;
  }

  /** Finds the lengths of the rows of {@code W + scale * B A}. */
  void measure(Dora lengths, Weight w) {
    lengths.measure(w, a, b, scale);
  }

  /** What the backward pass needs. */
  void recompute(Tensor x) {
    kernels.linear(dropped(x), a.operand(), hidden, batch.rows(), 1, 0);
  }

  void forward(Tensor x, Tensor y) {
    recompute(x);
    add(y);
    start.ifPresent(begun -> begun.forward(x, y));
  }

  /** {@code y += scale * B h}, with what {@link #recompute} left. */
  void add(Tensor y) {
    kernels.linear(hidden, b.operand(), y, batch.rows(), scale, 1);
  }

  /**
   * Forward was {@code h = A d, d = dropout(x), y += s B h}, so now {@code dB += s dYᵀ h, dh = s dY
   * B, dA += dhᵀ d}. Leaves dh for {@link #backwardInput}.
   */
  void backwardWeights(Tensor dY, Tensor x) {
    int rows = batch.rows();
    b.add((sum, beta) -> kernels.linearBackwardWeight(dY, hidden, sum, rows, scale, beta));
    kernels.linearBackwardInput(dY, b.operand(), dHidden, rows, scale, 0);
    Tensor read = dropped(x);
    a.add((sum, beta) -> kernels.linearBackwardWeight(dHidden, read, sum, rows, 1, beta));
  }

  /**
   * Forward was {@code h = A dropout(x)}, so now {@code dX += dropout(dh A)} with the same mask.
   *
   * @param dY for what the branch began as
   */
  void backwardInput(Tensor dY, Tensor dX) {
    int rows = batch.rows();
    if (drops()) {
      Tensor dDropped = scratch.dropped(dX.width());
      kernels.linearBackwardInput(dHidden, a.operand(), dDropped, rows, 1, 0);
      kernels.dropout(dDropped, dX, rows, dropout, batch.dropoutSeed(module, dX.width()), 1);
    } else {
      kernels.linearBackwardInput(dHidden, a.operand(), dX, rows, 1, 1);
    }
    start.ifPresent(begun -> begun.backwardInput(dY, dX));
  }

  private boolean drops() {
    return batch.training() && dropout > 0;
  }

  private Tensor dropped(Tensor x) {
    if (!drops()) {
      return x;
    }
    Tensor y = scratch.dropped(x.width());
    kernels.dropout(x, y, batch.rows(), dropout, batch.dropoutSeed(module, x.width()), 0);
    return y;
  }
}
