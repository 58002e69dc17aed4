package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The second half of a block: {@code out = x + down(silu(gate) * up)} of norm(x). */
public final class FeedForward {

  /** The norm and the three projections. */
  public record Parts(RmsNorm norm, Linear gate, Linear up, Linear down) {}

  /**
   * What the backward pass needs.
   *
   * @param gate {@code [T, F]}
   * @param up {@code [T, F]}
   */
  public record Kept(Tensor gate, Tensor up) {

    /**
     * Memory for it.
     *
     * @param capacity most tokens of a pass
     * @param intermediate F
     */
    public static Kept allocate(Kernels kernels, int capacity, int intermediate) {
      return new Kept(
          kernels.operand(capacity, intermediate), kernels.operand(capacity, intermediate));
    }
  }

  private final Kernels kernels;
  private final Batch batch;
  private final Parts parts;
  private final Scratch scratch;
  private final Tensor gate; // [T, F]
  private final Tensor up; // [T, F]

  /**
   * @param kept this block's own, or shared with blocks that are computed again
   */
  public FeedForward(Kernels kernels, Batch batch, Parts parts, Scratch scratch, Kept kept) {
    this.kernels = kernels;
    this.batch = batch;
    this.parts = parts;
    this.scratch = scratch;
    this.gate = kept.gate();
    this.up = kept.up();
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(parts.norm().weight());
    for (Linear linear : List.of(parts.gate(), parts.up(), parts.down())) {
      all.addAll(linear.weights());
    }
    return all;
  }

  /** Only what the backward pass needs, if it was lost. */
  void recompute(Tensor x) {
    project(x);
    if (parts.down().keeps()) {
      kernels.swiglu(gate, up, scratch.gated(), batch.rows());
      parts.down().recompute(scratch.gated());
    }
  }

  private void project(Tensor x) {
    parts.norm().forward(x, scratch.normed(), batch.rows());
    parts.gate().forward(scratch.normed(), gate, 0);
    parts.up().forward(scratch.normed(), up, 0);
  }

  void forward(Tensor x, Tensor out) {
    int rows = batch.rows();
    project(x);
    kernels.swiglu(gate, up, scratch.gated(), rows);
    kernels.copyRows(x, 0, out, 0, rows);
    parts.down().forward(scratch.gated(), out, 1);
  }

  /**
   * Changes the gradient of out into that of x. Forward was
   *
   * <pre>
   * n = norm(x); g, u = n Wgᵀ, n Wuᵀ; a = silu(g) * u; out = x + a Wdᵀ
   * </pre>
   *
   * so now, from the end: da = dOut Wd; dg and du of the product; dn = dg Wg + du Wu; dx = dOut +
   * norm's gradient.
   *
   * @param x what forward read
   * @param dX in: gradient of out; out: gradient of x; the residual of {@link Scratch}
   */
  void backward(Tensor x, Tensor dX) {
    int rows = batch.rows();
    if (parts.down().needsInput()) {
      kernels.swiglu(gate, up, scratch.gated(), rows);
    }
    Tensor dGated = scratch.dUp(); // becomes dUp in place
    kernels.refresh(dX, scratch.dOutput());
    parts.down().backward(scratch.dOutput(), scratch.gated(), dGated, 0);
    kernels.swigluBackward(dGated, gate, up, scratch.dGate(), scratch.dUp(), rows);
    if (parts.gate().needsInput() || parts.up().needsInput()) {
      parts.norm().forward(x, scratch.normed(), rows);
    }
    parts.gate().backward(scratch.dGate(), scratch.normed(), scratch.dNormed(), 0);
    parts.up().backward(scratch.dUp(), scratch.normed(), scratch.dNormed(), 1);
    parts.norm().backwardWeight(scratch.dNormed(), x, rows);
    parts.norm().backwardInput(scratch.dNormed(), x, dX, rows, 1);
  }
}
