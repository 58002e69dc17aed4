package dev.hone.training.layers;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The first half of a block: {@code out = x + o(attention(rope(q), rope(k), v))} of norm(x). */
public final class SelfAttention {

  /** The four projections, and the norms of the q and k heads where the family has them. */
  public record Parts(
      RmsNorm norm,
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      Optional<RmsNorm> queryNorm,
      Optional<RmsNorm> keyNorm) {}

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
   */
  public record Kept(
      Tensor query,
      Tensor key,
      Tensor value,
      Tensor rawQuery,
      Tensor rawKey,
      Tensor attended,
      Tensor logSumExp) {

    /**
     * Memory for it.
     *
     * @param capacity most tokens of a pass
     * @param normed whether q and k heads have a norm
     */
    public static Kept allocate(
        Kernels kernels, AttentionShape shape, int capacity, boolean normed) {
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
          kernels.allocate(shape.heads(), capacity));
    }
  }

  private final Kernels kernels;
  private final Batch batch;
  private final Parts parts;
  private final AttentionShape shape;
  private final Rope rope;
  private final Scratch scratch;
  private final Kept kept;

  /**
   * @param kept this block's own, or shared with blocks that are computed again
   */
  public SelfAttention(
      Kernels kernels,
      Batch batch,
      Parts parts,
      AttentionShape shape,
      Rope rope,
      Scratch scratch,
      Kept kept) {
    this.kernels = kernels;
    this.batch = batch;
    this.parts = parts;
    this.shape = shape;
    this.rope = rope;
    this.scratch = scratch;
    this.kept = kept;
  }

  List<Weight> weights() {
    List<Weight> all = new ArrayList<>();
    all.add(parts.norm().weight());
    for (Linear linear : List.of(parts.query(), parts.key(), parts.value(), parts.output())) {
      all.addAll(linear.weights());
    }
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
        batch.documentStarts(),
        kept.attended(),
        kept.logSumExp(),
        batch.rows());
    finish(x, out);
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
    finish(x, out);
  }

  private void project(Tensor x) {
    int rows = batch.rows();
    parts.norm().forward(x, scratch.normed(), rows);
    parts.query().forward(scratch.normed(), kept.rawQuery(), 0);
    parts.key().forward(scratch.normed(), kept.rawKey(), 0);
    parts.value().forward(scratch.normed(), kept.value(), 0);
    parts
        .queryNorm()
        .ifPresent(n -> n.forward(kept.rawQuery(), kept.query(), rows * shape.heads()));
    parts
        .keyNorm()
        .ifPresent(n -> n.forward(kept.rawKey(), kept.key(), rows * shape.keyValueHeads()));
    rope.rotate(kept.query(), shape.heads(), batch, false);
    rope.rotate(kept.key(), shape.keyValueHeads(), batch, false);
  }

  private void finish(Tensor x, Tensor out) {
    kernels.copyRows(x, 0, out, 0, batch.rows());
    parts.output().forward(kept.attended(), out, 1);
  }

  /**
   * Changes the gradient of out into that of x. Forward was
   *
   * <pre>
   * n = norm(x); q, k, v = n Wqᵀ, n Wkᵀ, n Wvᵀ; q, k = rope(qnorm(q)), rope(knorm(k))
   * out = x + attention(q, k, v) Woᵀ
   * </pre>
   *
   * so now, from the end: dAttention = dOut Wo; attention gives dq, dk, dv; rope turns back; the
   * head norms; dn is the sum of three products; dx = dOut + norm's gradient.
   *
   * @param x what forward read
   * @param dX in: gradient of out; out: gradient of x; the residual of {@link Scratch}
   * @param wanted whether anything before this block needs dX
   */
  void backward(Tensor x, Tensor dX, boolean wanted) {
    int rows = batch.rows();
    kernels.refresh(dX, scratch.dOutput());
    parts.output().backward(scratch.dOutput(), kept.attended(), scratch.dAttention(), 0);
    kernels.attentionBackward(
        scratch.dAttention(),
        kept.query(),
        kept.key(),
        kept.value(),
        kept.attended(),
        kept.logSumExp(),
        shape,
        batch.documentStarts(),
        scratch.dQuery(),
        scratch.dKey(),
        scratch.dValue(),
        rows);
    backwardHeads(parts.queryNorm(), scratch.dQuery(), kept.rawQuery(), shape.heads());
    backwardHeads(parts.keyNorm(), scratch.dKey(), kept.rawKey(), shape.keyValueHeads());
    if (parts.query().needsInput() || parts.key().needsInput() || parts.value().needsInput()) {
      parts.norm().forward(x, scratch.normed(), rows);
    }
    if (!wanted && !parts.norm().weight().isTrained()) {
      parts.query().backwardWeights(scratch.dQuery(), scratch.normed());
      parts.key().backwardWeights(scratch.dKey(), scratch.normed());
      parts.value().backwardWeights(scratch.dValue(), scratch.normed());
      return;
    }
    parts.query().backward(scratch.dQuery(), scratch.normed(), scratch.dNormed(), 0);
    parts.key().backward(scratch.dKey(), scratch.normed(), scratch.dNormed(), 1);
    parts.value().backward(scratch.dValue(), scratch.normed(), scratch.dNormed(), 1);
    parts.norm().backwardWeight(scratch.dNormed(), x, rows);
    if (wanted) {
      parts.norm().backwardInput(scratch.dNormed(), x, dX, rows, 1);
    }
  }

  /** Forward was {@code h = rope(norm(raw))}, so now the turn back and then the norm, in place. */
  private void backwardHeads(Optional<RmsNorm> norm, Tensor dHeads, Tensor raw, int heads) {
    rope.rotate(dHeads, heads, batch, true);
    norm.ifPresent(
        n -> {
          n.backwardWeight(dHeads, raw, batch.rows() * heads);
          n.backwardInput(dHeads, raw, dHeads, batch.rows() * heads, 0);
        });
  }
}
