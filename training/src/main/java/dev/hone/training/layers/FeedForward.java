package dev.hone.training.layers;

import dev.hone.formats.model.Activation;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The second half of a block: {@code down(a(gate) * up)} of what it reads. */
public final class FeedForward {

  /**
   * What a family decides.
   *
   * @param branch how it reads the residual stream, projects the result and adds it
   * @param projections to gate and up, or one for both
   */
  public record Parts(Branch.Parts branch, List<Linear> projections, Activation activation) {}

  /**
   * What the backward pass needs.
   *
   * @param gate {@code [T, F]}
   * @param up {@code [T, F]}
   * @param result {@code [T, C]}, what the down projection gives; only where a norm follows
   */
  public record Kept(Tensor gate, Tensor up, Optional<Tensor> result) {

    /**
     * Memory for it.
     *
     * @param capacity most tokens of a pass
     * @param intermediate F
     * @param hidden C, where a norm follows the down projection; else empty
     */
    public static Kept allocate(
        Kernels kernels, int capacity, int intermediate, OptionalInt hidden) {
      return new Kept(
          kernels.operand(capacity, intermediate),
          kernels.operand(capacity, intermediate),
          hidden.isPresent()
              ? Optional.of(kernels.operand(capacity, hidden.getAsInt()))
              : Optional.empty());
    }
  }

  private final Kernels kernels;
  private final Batch batch;
  private final Scratch scratch;
  private final Activation activation;
  private final Tensor gate; // [T, F]
  private final Tensor up; // [T, F]
  private final Branch branch;
  private final Projections projections;

  /**
   * @param kept this block's own, or shared with blocks that are computed again
   */
  public FeedForward(Kernels kernels, Batch batch, Parts parts, Scratch scratch, Kept kept) {
    this.kernels = kernels;
    this.batch = batch;
    this.scratch = scratch;
    this.activation = parts.activation();
    this.gate = kept.gate();
    this.up = kept.up();
    this.branch = new Branch(kernels, batch, parts.branch(), scratch, kept.result());
    this.projections =
        new Projections(
            kernels,
            batch,
            parts.projections(),
            List.of(gate, up),
            List.of(scratch.dGate(), scratch.dUp()),
            scratch.joinedGates());
  }

  List<Weight> weights() {
    return branch.weights(projections.weights());
  }

  /** Only what the backward pass needs, if it was lost. */
  void recompute(Tensor x) {
    project(x);
    if (branch.keeps()) {
      kernels.glu(activation, gate, up, scratch.gated(), batch.rows());
      branch.recompute(scratch.gated());
    }
  }

  private void project(Tensor x) {
    branch.enter(x);
    projections.forward(scratch.normed());
  }

  void forward(Tensor x, Tensor out) {
    project(x);
    kernels.glu(activation, gate, up, scratch.gated(), batch.rows());
    branch.leave(scratch.gated(), x, out);
  }

  /**
   * Changes the gradient of out into that of x. Forward was
   *
   * <pre>
   * n = before(x); g, u = n Wgᵀ, n Wuᵀ; h = a(g) * u; out = x + after(h Wdᵀ)
   * </pre>
   *
   * so now, from the end: dh by {@link Branch}; dg and du of the product; dn = dg Wg + du Wu; dx =
   * dOut + the gradient by the norm before.
   *
   * @param x what forward read
   * @param dX in: gradient of out; out: gradient of x; the residual of {@link Scratch}
   */
  void backward(Tensor x, Tensor dX) {
    int rows = batch.rows();
    if (branch.needsMade()) {
      kernels.glu(activation, gate, up, scratch.gated(), rows);
    }
    Tensor dGated = scratch.dUp(); // becomes dUp in place
    branch.backwardLeave(dX, scratch.gated(), dGated);
    kernels.gluBackward(activation, dGated, gate, up, scratch.dGate(), scratch.dUp(), rows);
    if (projections.needsInput()) {
      branch.enter(x);
    }
    projections.backward(scratch.normed(), scratch.dNormed());
    branch.backwardEnter(x, dX, true);
  }
}
