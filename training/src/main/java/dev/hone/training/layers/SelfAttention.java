package dev.hone.training.layers;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The first half of a block: {@code o(attention(rope(q), rope(k), v))} of what it reads. */
public final class SelfAttention {

  /**
   * What a family decides.
   *
   * @param branch how it reads the residual stream, projects the result and adds it
   * @param projections of q, k and v, or one for all
   * @param queryNorm of the heads of q, or of all of q, by its width
   * @param rope empty: positions do not matter
   */
  public record Parts(
      Branch.Parts branch,
      List<Linear> projections,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm,
      Optional<Rope> rope) {}

  /**
   * What the backward pass needs.
   *
   * @param query {@code [T, NH * HS]}, normed and rotated
   * @param key {@code [T, NKV * HS]}, normed and rotated
   * @param value {@code [T, NKV * HS]}
   * @param rawQuery {@code [T, NH * HS]}, before its norm; query itself where there is none
   * @param rawKey {@code [T, NKV * HS]}, the same of the key
   * @param attended {@code [T, NH * HS]}
   * @param logSumExp {@code [NH, T]}
   * @param result {@code [T, C]}, what the output projection gives; only where a norm follows
   */
  public record Kept(
      Tensor query,
      Tensor key,
      Tensor value,
      Tensor rawQuery,
      Tensor rawKey,
      Tensor attended,
      Tensor logSumExp,
      Optional<Tensor> result) {

    /**
     * Memory for it.
     *
     * @param capacity most tokens of a pass
     * @param normed whether q and k heads have a norm
     * @param hidden C, where a norm follows the output projection; else empty
     */
    public static Kept allocate(
        Kernels kernels, AttentionShape shape, int capacity, boolean normed, OptionalInt hidden) {
      int queryWidth = shape.heads() * shape.headSize();
      int keyWidth = shape.keyValueHeads() * shape.headSize();
      Tensor query = kernels.operand(capacity, queryWidth);
      Tensor key = kernels.operand(capacity, keyWidth);
      return new Kept(
          query,
          key,
          kernels.operand(capacity, keyWidth),
          normed ? kernels.operand(capacity, queryWidth) : query,
          normed ? kernels.operand(capacity, keyWidth) : key,
          kernels.operand(capacity, queryWidth),
          kernels.allocate(shape.heads(), capacity),
          hidden.isPresent()
              ? Optional.of(kernels.operand(capacity, hidden.getAsInt()))
              : Optional.empty());
    }
  }

  private final Kernels kernels;
  private final Batch batch;
  private final Parts parts;
  private final AttentionShape shape;
  private final Scratch scratch;
  private final Kept kept;
  private final Branch branch;
  private final Projections projections;

  /**
   * @param kept this block's own, or shared with blocks that are computed again
   */
  public SelfAttention(
      Kernels kernels, Batch batch, Parts parts, AttentionShape shape, Scratch scratch, Kept kept) {
    this.kernels = kernels;
    this.batch = batch;
    this.parts = parts;
    this.shape = shape;
    this.scratch = scratch;
    this.kept = kept;
    this.branch = new Branch(kernels, batch, parts.branch(), scratch, kept.result());
    this.projections =
        new Projections(
            kernels,
            batch,
            parts.projections(),
            List.of(kept.rawQuery(), kept.rawKey(), kept.value()),
            List.of(scratch.dQuery(), scratch.dKey(), scratch.dValue()),
            scratch.joinedHeads());
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>(branch.weights(projections.weights()));
    parts.queryNorm().ifPresent(norm -> all.add(norm.weight()));
    parts.keyNorm().ifPresent(norm -> all.add(norm.weight()));
    return all;
  }

  /** NKV * HS. */
  int keyValueWidth() {
    return kept.key().width();
  }

  void forward(Tensor x, Tensor out) {
    project(x);
    kernels.attention(
        kept.query(),
        kept.key(),
        kept.value(),
        shape,
        batch.documents(),
        kept.attended(),
        kept.logSumExp());
    branch.leave(kept.attended(), x, out);
  }

  /** As {@link #forward} for the next tokens of sequences whose earlier ones are in the cache. */
  void decode(Tensor x, Tensor out, KeyValueCache cache) {
    project(x);
    CacheRows rows = batch.cacheRows();
    kernels.scatterRows(kept.key(), rows.own(), 0, cache.keys(), batch.rows());
    kernels.scatterRows(kept.value(), rows.own(), 0, cache.values(), batch.rows());
    kernels.attentionCached(
        kept.query(),
        cache.keys(),
        cache.values(),
        shape,
        rows.first(),
        rows.seen(),
        kept.attended(),
        batch.rows());
    branch.leave(kept.attended(), x, out);
  }

  private void project(Tensor x) {
    branch.enter(x);
    projections.forward(scratch.normed());
    forwardHeads(parts.queryNorm(), kept.rawQuery(), kept.query(), shape.heads());
    forwardHeads(parts.keyNorm(), kept.rawKey(), kept.key(), shape.keyValueHeads());
  }

  private void forwardHeads(Optional<RmsNorm> norm, Tensor raw, Tensor heads, int count) {
    norm.ifPresent(n -> n.forward(raw, heads, n.rowsIn(raw, batch.rows())));
    parts.rope().ifPresent(rope -> rope.rotate(heads, count, batch, false));
  }

  /**
   * Changes the gradient of out into that of x. Forward was
   *
   * <pre>
   * n = before(x); q, k, v = n Wqᵀ, n Wkᵀ, n Wvᵀ; q, k = rope(qnorm(q)), rope(knorm(k))
   * out = x + after(attention(q, k, v) Woᵀ)
   * </pre>
   *
   * so now, from the end: dAttention by {@link Branch}; attention gives dq, dk, dv; rope turns
   * back; the head norms; dn is the sum of three products; dx = dOut + the gradient by the norm
   * before.
   *
   * @param x what forward read
   * @param dX in: gradient of out; out: gradient of x; the residual of {@link Scratch}
   * @param wanted whether anything before this block needs dX
   */
  void backward(Tensor x, Tensor dX, boolean wanted) {
    int rows = batch.rows();
    branch.backwardLeave(dX, kept.attended(), scratch.dAttention());
    kernels.attentionBackward(
        scratch.dAttention(),
        kept.query(),
        kept.key(),
        kept.value(),
        kept.attended(),
        kept.logSumExp(),
        shape,
        batch.documents(),
        scratch.dQuery(),
        scratch.dKey(),
        scratch.dValue());
    backwardHeads(parts.queryNorm(), scratch.dQuery(), kept.rawQuery(), shape.heads());
    backwardHeads(parts.keyNorm(), scratch.dKey(), kept.rawKey(), shape.keyValueHeads());
    if (projections.needsInput()) {
      branch.enter(x);
    }
    if (!wanted && !branch.trainsBefore()) {
      projections.backwardWeights(scratch.normed());
      return;
    }
    projections.backward(scratch.normed(), scratch.dNormed());
    branch.backwardEnter(x, dX, wanted);
  }

  /** Forward was {@code h = rope(norm(raw))}, so now the turn back and then the norm, in place. */
  private void backwardHeads(Optional<RmsNorm> norm, Tensor dHeads, Tensor raw, int heads) {
    parts.rope().ifPresent(rope -> rope.rotate(dHeads, heads, batch, true));
    norm.ifPresent(
        n -> {
          int rows = n.rowsIn(raw, batch.rows());
          n.backwardWeight(dHeads, raw, rows);
          n.backwardInput(dHeads, raw, dHeads, rows, 0);
        });
  }
}
