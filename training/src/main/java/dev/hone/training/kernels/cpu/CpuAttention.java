package dev.hone.training.kernels.cpu;

import static dev.hone.training.kernels.cpu.AttentionHeads.BLOCK;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.cpu.Workers.Scratch;
import java.util.Arrays;

/**
 * Attention of one document and one key head at a time, a block of queries at a time: scores exist
 * for one block only, so memory grows with the length of a document and not with its square, and no
 * work is spent on other documents, nor on the future but in the last block of keys, nor on what no
 * window of a block holds. Each thread multiplies for its own head.
 */
final class CpuAttention {
  private final Workers workers;
  private final AttentionShape shape;
  private final HeadScratch[] heads;
  private final boolean capped;
  private final float cap;

  /** What scores are still multiplied with; capping them has done so already. */
  private final float factor;

  /**
   * @param heads memory of each thread, which attention of other shapes may share
   */
  CpuAttention(Workers workers, HeadScratch[] heads, AttentionShape shape) {
    this.workers = workers;
    this.shape = shape;
    this.capped = shape.softCap().isPresent();
    this.cap = (float) shape.softCap().orElse(0);
    this.factor = capped ? 1 : (float) shape.scale();
    this.heads = heads;
  }

  /** The query heads of a key head of a document. */
  private interface Work {
    void run(AttentionHeads work, HeadScratch memory, Scratch scratch);
  }

  private void each(Documents documents, Work work) {
    int keyHeads = shape.keyValueHeads();
    workers.each(
        documents.count() * keyHeads,
        (item, worker, scratch) ->
            work.run(
                new AttentionHeads(shape, documents, item / keyHeads, item % keyHeads),
                heads[worker],
                scratch));
  }

  /** See {@link dev.hone.training.kernels.Kernels#attention}. */
  void forward(
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      Documents documents,
      CpuTensor out,
      F32Tensor logSumExp) {
    each(
        documents,
        (work, memory, scratch) -> {
          int size = shape.headSize();
          int stride = work.scoreStride();
          int block = work.queryRows();
          F32Tensor sums = memory.floats(1, block * size);
          float[] inverse = scratch.get(1, block);
          Buffers my = gather(work, memory, scratch, k, v);
          for (int from = work.firstBlock(); from < work.length(); from += BLOCK) {
            int low = work.firstKey(from);
            int seen = from + BLOCK - low;
            work.gatherQueries(q, from, my.queries);
            memory.scores(my.queries, my.keys, low, my.scores, block, seen, size, stride);
            softmax(work, from, my.scores, my.p, logSumExp, inverse, my.line);
            memory.rows(my.p, stride, my.values, low, sums, block, size, seen);
            work.scatterScaled(sums, inverse, from, out, my.line);
          }
        });
  }

  /**
   * Memory that both passes need.
   *
   * @param keys {@code [n, HS]}, n the padded length of the document
   * @param values {@code [n, HS]}
   * @param queries {@code [group * BLOCK, HS]}
   * @param result {@code [group * BLOCK, HS]}, the gradient of attention's output
   * @param p {@code [group * BLOCK, n]}, in rows of the stride of scores; over them if it is f32
   * @param scores the same, always in f32
   * @param line a row of scores
   */
  private record Buffers(
      CpuTensor keys,
      CpuTensor values,
      CpuTensor queries,
      CpuTensor result,
      CpuTensor p,
      F32Tensor scores,
      float[] line) {}

  /** With the keys and values of the document. */
  private Buffers gather(
      AttentionHeads work, HeadScratch memory, Scratch scratch, CpuTensor k, CpuTensor v) {
    int size = shape.headSize();
    int block = work.queryRows();
    int stride = work.scoreStride();
    float[] line = scratch.get(0, Math.max(stride, size));
    CpuTensor keys = memory.operand(0, work.paddedLength() * size);
    CpuTensor values = memory.operand(1, work.paddedLength() * size);
    work.gatherKeys(k, keys, line);
    work.gatherKeys(v, values, line);
    F32Tensor scores = memory.floats(0, block * stride);
    return new Buffers(
        keys,
        values,
        memory.operand(2, block * size),
        memory.operand(3, block * size),
        memory.operandFrom(scores, 4, block * stride),
        scores,
        line);
  }

  /**
   * From scores to the numerators of their softmax; one over the denominators goes to inverse
   * {@code [group * BLOCK]}, as a row of the result is shorter to divide than a row of these.
   */
  private void softmax(
      AttentionHeads work,
      int from,
      F32Tensor scores,
      CpuTensor p,
      F32Tensor logSumExp,
      float[] inverse,
      float[] line) {
    int low = work.firstKey(from);
    int seen = from + BLOCK - low;
    int lengths = logSumExp.width();
    for (int i = 0; i < shape.group(); i++) {
      for (int query = work.firstOwn(from); query < work.queries(from); query++) {
        int row = (i * BLOCK + query) * work.scoreStride();
        int own = seenScores(work, from + query, low, scores, row, line);
        float max = RowMath.max(line, 0, own) * factor;
        double sum = RowMath.exp(line, 0, factor, -max, own);
        inverse[i * BLOCK + query] = (float) (1 / sum);
        Arrays.fill(line, own, seen, 0f);
        p.store(row, line, 0, seen);
        int place = work.head(i) * lengths + work.row(from + query);
        logSumExp.buffer().put(place, (float) (max + Math.log(sum)));
      }
    }
  }

  /**
   * Loads the scores of the keys that a query sees, -Infinity for those before its window, and so
   * many of -Infinity, which become zeros, that whole vectors are full: what is short of a vector
   * is computed one by one, and takes longer than a hundred keys. They lack {@link #factor}.
   *
   * @param query its place in the document
   * @param low the key of the first score
   * @return how many that are, at most whole blocks
   */
  private int seenScores(
      AttentionHeads work, int query, int low, F32Tensor scores, int row, float[] line) {
    int own = query + 1 - low;
    int whole = (own + Lanes.LANES - 1) / Lanes.LANES * Lanes.LANES;
    scores.load(row, line, 0, own);
    if (capped) {
      RowMath.softCap(line, 0, (float) shape.scale(), cap, own);
    }
    Arrays.fill(line, 0, work.firstSeen(query, low), Float.NEGATIVE_INFINITY);
    Arrays.fill(line, own, whole, Float.NEGATIVE_INFINITY);
    return whole;
  }

  /**
   * See {@link dev.hone.training.kernels.Kernels#attentionBackward}. Documents that share rows add
   * to the gradients of the same keys, one after the other, their leader last.
   */
  void backward(
      CpuTensor dOut,
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      CpuTensor out,
      F32Tensor logSumExp,
      Documents documents,
      CpuTensor dQ,
      CpuTensor dK,
      CpuTensor dV) {
    int keyHeads = shape.keyValueHeads();
    int size = shape.headSize();
    workers.each(
        documents.count() * keyHeads,
        (item, worker, scratch) -> {
          int first = item / keyHeads;
          if (documents.shared()[first] > 0) {
            return;
          }
          int end = documents.endOfFamily(first);
          HeadScratch memory = heads[worker];
          int rows = paddedLength(documents, first, end);
          F32Tensor dKeys = memory.zeros(2, rows * size, scratch);
          F32Tensor dValues = memory.zeros(3, rows * size, scratch);
          for (int i = first + 1; i <= end; i++) {
            int d = i < end ? i : first;
            AttentionHeads work = new AttentionHeads(shape, documents, d, item % keyHeads);
            backward(work, dOut, q, k, v, out, logSumExp, dQ, dKeys, dValues, memory, scratch);
            work.moveKeys(dKeys, dK, scratch);
            work.moveKeys(dValues, dV, scratch);
          }
        });
  }

  private static int paddedLength(Documents documents, int first, int end) {
    int longest = 0;
    for (int d = first; d < end; d++) {
      longest = Math.max(longest, AttentionHeads.padded(documents.length(d)));
    }
    return longest;
  }

  /** Of one document: writes dQ, adds to the gradients of its keys and values. */
  private void backward(
      AttentionHeads work,
      CpuTensor dOut,
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      CpuTensor out,
      F32Tensor logSumExp,
      CpuTensor dQ,
      F32Tensor dKeys,
      F32Tensor dValues,
      HeadScratch memory,
      Scratch scratch) {
    int size = shape.headSize();
    int stride = work.scoreStride();
    int block = work.queryRows();
    F32Tensor dP = memory.floats(1, block * stride);
    CpuTensor dS = memory.operandFrom(dP, 5, block * stride);
    Buffers my = gather(work, memory, scratch, k, v);
    for (int from = work.firstBlock(); from < work.length(); from += BLOCK) {
      int low = work.firstKey(from);
      int seen = from + BLOCK - low;
      work.gatherQueries(q, from, my.queries);
      work.gatherQueries(dOut, from, my.result);
      memory.scores(my.queries, my.keys, low, my.scores, block, seen, size, stride);
      memory.scores(my.result, my.values, low, dP, block, seen, size, stride);
      float[] deltas = deltas(work, from, dOut, out, scratch);
      scoresBackward(work, from, my.scores, dP, deltas, logSumExp, my.p, dS, scratch);
      memory.addColumns(my.p, stride, my.result, dValues, low, seen, size, block);
      memory.addColumns(dS, stride, my.queries, dKeys, low, seen, size, block);
      memory.rows(dS, stride, my.keys, low, my.queries, block, size, seen);
      work.scatterQueries(my.queries, from, dQ);
    }
  }

  /**
   * Each row of attention's output times its gradient, {@code [group * BLOCK]}. Apart from {@link
   * #scoresBackward}: with the loops of both in one method the compiler gives up on vectors halfway
   * in some runs, and attention takes twice as long.
   */
  private float[] deltas(
      AttentionHeads work, int from, CpuTensor dOut, CpuTensor out, Scratch scratch) {
    int size = shape.headSize();
    float[] result = scratch.get(2, size);
    float[] dResult = scratch.get(3, size);
    float[] deltas = scratch.get(5, work.queryRows());
    for (int i = 0; i < shape.group(); i++) {
      for (int query = work.firstOwn(from); query < work.queries(from); query++) {
        out.load(work.offset(out, from + query, i), result, 0, size);
        dOut.load(work.offset(dOut, from + query, i), dResult, 0, size);
        deltas[i * BLOCK + query] = RowMath.dot(dResult, 0, result, 0, size);
      }
    }
    return deltas;
  }

  /** From scores and dP to P and dS; other rows of a block than own queries become zeros. */
  private void scoresBackward(
      AttentionHeads work,
      int from,
      F32Tensor scores,
      F32Tensor dP,
      float[] deltas,
      F32Tensor logSumExp,
      CpuTensor p,
      CpuTensor dS,
      Scratch scratch) {
    int stride = work.scoreStride();
    int low = work.firstKey(from);
    int seen = from + BLOCK - low;
    float scale = (float) shape.scale();
    int lengths = logSumExp.width();
    float[] line = scratch.get(0, stride);
    float[] slopes = scratch.get(1, stride);
    float[] scored = scratch.get(4, stride);
    for (int i = 0; i < shape.group(); i++) {
      for (int query = work.firstOwn(from); query < work.queries(from); query++) {
        int row = (i * BLOCK + query) * stride;
        int place = work.head(i) * lengths + work.row(from + query);
        int own = seenScores(work, from + query, low, scores, row, line);
        dP.load(row, slopes, 0, own);
        if (capped) {
          System.arraycopy(line, 0, scored, 0, own);
        }
        float shift = -logSumExp.buffer().get(place);
        float slope = -deltas[i * BLOCK + query] * scale;
        RowMath.softmaxBackward(line, factor, shift, slopes, scale, slope, own);
        if (capped) {
          int hidden = work.firstSeen(from + query, low);
          Arrays.fill(scored, 0, hidden, 0f);
          Arrays.fill(scored, from + query + 1 - low, own, 0f);
          RowMath.capSlope(slopes, scored, cap, own);
        }
        Arrays.fill(line, own, seen, 0f);
        Arrays.fill(slopes, own, seen, 0f);
        p.store(row, line, 0, seen);
        dS.store(row, slopes, 0, seen);
      }
    }
    work.zeroOthers(p, from, seen, line);
    work.zeroOthers(dS, from, seen, line);
  }
}
