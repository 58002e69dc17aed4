package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a half of a block leaves the residual stream and joins it again: {@code out = x + scale *
 * after(last(half(before(x))))}, where the two norms need not be there.
 */
public final class Branch {

  /**
   * What a family decides.
   *
   * @param before normalises what the half reads
   * @param last the half's last projection
   * @param after normalises what it gives
   * @param scale of what is added
   */
  public record Parts(
      Optional<RmsNorm> before, Linear last, Optional<RmsNorm> after, double scale) {
    /** Whether the result of the last projection is not simply added. */
    boolean isChanged() {
      return after.isPresent() || scale != 1;
    }
  }

  private final Kernels kernels;
  private final Batch batch;
  private final Parts parts;
  private final Scratch scratch;
  private final Optional<Tensor> result; // [T, C], of the last projection, before its norm

  Branch(Kernels kernels, Batch batch, Parts parts, Scratch scratch, Optional<Tensor> result) {
    this.kernels = kernels;
    this.batch = batch;
    this.parts = parts;
    this.scratch = scratch;
    this.result = result;
  }

  /** The norm before, then those of inner, then the rest: the order of the flat parameter array. */
  List<Weight> weights(List<Weight> inner) {
    List<Weight> all = new ArrayList<>();
    parts.before().ifPresent(norm -> all.add(norm.weight()));
    all.addAll(inner);
    all.addAll(parts.last().weights());
    parts.after().ifPresent(norm -> all.add(norm.weight()));
    return all;
  }

  /** Fills {@link Scratch#normed} with what the half reads. */
  void enter(Tensor x) {
    if (parts.before().isPresent()) {
      parts.before().get().forward(x, scratch.normed(), batch.rows());
    } else {
      kernels.add(x, 1, scratch.normed(), 0, batch.rows());
    }
  }

  /** The last projection of what the half made, and the sum. */
  void leave(Tensor made, Tensor x, Tensor out) {
    int rows = batch.rows();
    if (!parts.isChanged()) {
      kernels.copyRows(x, 0, out, 0, rows);
      parts.last().forward(made, out, 1);
      return;
    }
    project(made);
    kernels.copyRows(x, 0, out, 0, rows);
    kernels.add(scratch.branch().orElseThrow(), parts.scale(), out, 1, rows);
  }

  private void project(Tensor made) {
    Tensor branch = scratch.branch().orElseThrow();
    Tensor raw = result.orElse(branch);
    parts.last().forward(made, raw, 0);
    parts.after().ifPresent(norm -> norm.forward(raw, branch, batch.rows()));
  }

  /** Whether {@link #recompute} needs what the half made. */
  boolean keeps() {
    return parts.after().isPresent() || parts.last().keeps();
  }

  /** Only what the backward pass needs, if it was lost. */
  void recompute(Tensor made) {
    if (parts.after().isPresent()) {
      project(made);
    } else {
      parts.last().recompute(made);
    }
  }

  /** Whether {@link #backwardLeave} needs what the half made. */
  boolean needsMade() {
    return parts.last().needsInput();
  }

  /**
   * Forward was {@code out = x + scale * after(y), y = last(made)}, so now dY by the norm of scale
   * * dOut, and dMade of it.
   *
   * @param dOut the gradient of the residual stream; stays
   */
  void backwardLeave(Tensor dOut, Tensor made, Tensor dMade) {
    parts.last().backward(beforeSum(dOut), made, dMade, 0);
  }

  private Tensor beforeSum(Tensor dOut) {
    if (!parts.isChanged()) {
      kernels.refresh(dOut, scratch.dOutput());
      return scratch.dOutput();
    }
    int rows = batch.rows();
    Tensor dBranch = scratch.branch().orElseThrow();
    kernels.add(dOut, parts.scale(), dBranch, 0, rows);
    if (parts.after().isPresent()) {
      Tensor raw = result.orElseThrow();
      parts.after().get().backwardWeight(dBranch, raw, rows);
      parts.after().get().backwardInput(dBranch, raw, dBranch, rows, 0);
    }
    return dBranch;
  }

  /** Whether the norm before has a weight that is trained. */
  boolean trainsBefore() {
    return parts.before().isPresent() && parts.before().get().weight().isTrained();
  }

  /**
   * The gradient of what {@link #enter} made, in {@link Scratch#dNormed}, goes to the norm's weight
   * and is added to that of x.
   *
   * @param wanted whether anything before the block needs dX
   */
  void backwardEnter(Tensor x, Tensor dX, boolean wanted) {
    int rows = batch.rows();
    if (parts.before().isPresent()) {
      parts.before().get().backwardWeight(scratch.dNormed(), x, rows);
      if (wanted) {
        parts.before().get().backwardInput(scratch.dNormed(), x, dX, rows, 1);
      }
    } else if (wanted) {
      kernels.add(scratch.dNormed(), 1, dX, 1, rows);
    }
  }
}
