package dev.hone.training.kernels.cpu;

import static dev.hone.training.kernels.cpu.SmallGemm.LANES;
import static dev.hone.training.kernels.cpu.SmallGemm.multiply;
import static dev.hone.training.kernels.cpu.SmallGemm.padded;

import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.cpu.Workers.Scratch;
import java.util.Arrays;

/**
 * Attention of one document and one head at a time, {@value #BLOCK} queries at a time: scores exist
 * for one block only, so memory grows with the length of a document and not with its square, and no
 * work is spent on other documents or on the future.
 */
final class CpuAttention {
  private static final int BLOCK = 64;

  private final Workers workers;
  private final AttentionShape shape;
  private final int headSize;
  private final int paddedHead;

  CpuAttention(Workers workers, AttentionShape shape) {
    this.workers = workers;
    this.shape = shape;
    this.headSize = shape.headSize();
    this.paddedHead = padded(headSize);
  }

  AttentionShape shape() {
    return shape;
  }

  /** See {@link dev.hone.training.kernels.Kernels#attention}. */
  void forward(
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      int[] starts,
      CpuTensor out,
      F32Tensor logSumExp,
      int rows) {
    workers.each(
        starts.length * shape.heads(),
        (item, scratch) -> {
          int document = item / shape.heads();
          int end = document + 1 < starts.length ? starts[document + 1] : rows;
          forward(q, k, v, starts[document], end, item % shape.heads(), out, logSumExp, scratch);
        });
  }

  private void forward(
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      int start,
      int end,
      int head,
      CpuTensor out,
      F32Tensor logSumExp,
      Scratch scratch) {
    int n = end - start;
    int keyWidth = columns(n);
    int keyHead = head / shape.group();
    float scale = (float) shape.scale();
    float[] keys = loadTransposed(k, start, n, keyHead, keyWidth, scratch, 0);
    float[] values = loadRows(v, start, n, keyHead, scratch.get(1, n * paddedHead));
    float[] queries = scratch.get(2, BLOCK * paddedHead);
    float[] scores = scratch.get(3, BLOCK * keyWidth);
    float[] result = scratch.get(4, BLOCK * paddedHead);
    float[] denominators = scratch.get(5, BLOCK);
    int lengths = Math.toIntExact(logSumExp.shape()[1]);
    for (int from = 0; from < n; from += BLOCK) {
      int m = Math.min(BLOCK, n - from);
      int seen = from + m;
      loadRows(q, start + from, m, head, queries);
      multiply(
          queries,
          0,
          paddedHead,
          1,
          keys,
          0,
          keyWidth,
          scores,
          0,
          keyWidth,
          m,
          padded(seen),
          headSize,
          false);
      for (int row = 0; row < m; row++) {
        int own = from + row + 1;
        int offset = row * keyWidth;
        float max = RowMath.max(scores, offset, own) * scale;
        double sum = RowMath.exp(scores, offset, scale, -max, own);
        Arrays.fill(scores, offset + own, offset + seen, 0f);
        denominators[row] = (float) (1 / sum);
        logSumExp.buffer().put(head * lengths + start + from + row, (float) (max + Math.log(sum)));
      }
      multiply(
          scores,
          0,
          keyWidth,
          1,
          values,
          0,
          paddedHead,
          result,
          0,
          paddedHead,
          m,
          paddedHead,
          seen,
          false);
      for (int row = 0; row < m; row++) {
        RowMath.scale(result, row * paddedHead, denominators[row], headSize);
      }
      storeRows(result, out, start + from, m, head);
    }
  }

  /** See {@link dev.hone.training.kernels.Kernels#attentionBackward}. */
  void backward(
      CpuTensor dOut,
      CpuTensor q,
      CpuTensor k,
      CpuTensor v,
      CpuTensor out,
      F32Tensor logSumExp,
      int[] starts,
      CpuTensor dQ,
      CpuTensor dK,
      CpuTensor dV,
      int rows) {
    int keyHeads = shape.keyValueHeads();
    workers.each(
        starts.length * keyHeads,
        (item, scratch) -> {
          int document = item / keyHeads;
          int start = starts[document];
          int n = (document + 1 < starts.length ? starts[document + 1] : rows) - start;
          int keyHead = item % keyHeads;
          int keyWidth = columns(n);
          float[] keys = loadRows(k, start, n, keyHead, scratch.get(0, n * paddedHead));
          float[] keysT = loadTransposed(k, start, n, keyHead, keyWidth, scratch, 1);
          float[] valuesT = loadTransposed(v, start, n, keyHead, keyWidth, scratch, 2);
          float[] dKeys = scratch.get(3, n * paddedHead);
          float[] dValues = scratch.get(4, n * paddedHead);
          Arrays.fill(dKeys, 0, n * paddedHead, 0f);
          Arrays.fill(dValues, 0, n * paddedHead, 0f);
          for (int head = keyHead * shape.group(); head < (keyHead + 1) * shape.group(); head++) {
            backward(
                dOut, q, out, logSumExp, start, n, head, keys, keysT, valuesT, dKeys, dValues, dQ,
                scratch);
          }
          storeRows(dKeys, dK, start, n, keyHead);
          storeRows(dValues, dV, start, n, keyHead);
        });
  }

  private void backward(
      CpuTensor dOut,
      CpuTensor q,
      CpuTensor out,
      F32Tensor logSumExp,
      int start,
      int n,
      int head,
      float[] keys,
      float[] keysT,
      float[] valuesT,
      float[] dKeys,
      float[] dValues,
      CpuTensor dQ,
      Scratch scratch) {
    int keyWidth = columns(n);
    float scale = (float) shape.scale();
    float[] queries = scratch.get(5, BLOCK * paddedHead);
    float[] dResult = scratch.get(6, BLOCK * paddedHead);
    float[] result = scratch.get(7, BLOCK * paddedHead);
    float[] p = scratch.get(8, BLOCK * keyWidth);
    float[] dP = scratch.get(9, BLOCK * keyWidth);
    int lengths = Math.toIntExact(logSumExp.shape()[1]);
    for (int from = 0; from < n; from += BLOCK) {
      int m = Math.min(BLOCK, n - from);
      int seen = from + m;
      loadRows(q, start + from, m, head, queries);
      loadRows(dOut, start + from, m, head, dResult);
      loadRows(out, start + from, m, head, result);
      multiply(
          queries,
          0,
          paddedHead,
          1,
          keysT,
          0,
          keyWidth,
          p,
          0,
          keyWidth,
          m,
          padded(seen),
          headSize,
          false);
      multiply(
          dResult,
          0,
          paddedHead,
          1,
          valuesT,
          0,
          keyWidth,
          dP,
          0,
          keyWidth,
          m,
          padded(seen),
          headSize,
          false);
      for (int row = 0; row < m; row++) {
        int own = from + row + 1;
        int offset = row * keyWidth;
        float delta = RowMath.dot(dResult, row * paddedHead, result, row * paddedHead, headSize);
        float shift = -logSumExp.buffer().get(head * lengths + start + from + row);
        RowMath.exp(p, offset, scale, shift, own);
        Arrays.fill(p, offset + own, offset + seen, 0f);
        for (int key = 0; key < own; key++) {
          dP[offset + key] = p[offset + key] * (dP[offset + key] - delta) * scale;
        }
        Arrays.fill(dP, offset + own, offset + seen, 0f);
      }
      multiply(
          p,
          0,
          1,
          keyWidth,
          dResult,
          0,
          paddedHead,
          dValues,
          0,
          paddedHead,
          seen,
          paddedHead,
          m,
          true);
      multiply(
          dP,
          0,
          1,
          keyWidth,
          queries,
          0,
          paddedHead,
          dKeys,
          0,
          paddedHead,
          seen,
          paddedHead,
          m,
          true);
      multiply(
          dP,
          0,
          keyWidth,
          1,
          keys,
          0,
          paddedHead,
          result,
          0,
          paddedHead,
          m,
          paddedHead,
          seen,
          false);
      storeRows(result, dQ, start + from, m, head);
    }
  }

  /** See {@link dev.hone.training.kernels.Kernels#attentionCached}. */
  void cached(
      CpuTensor q,
      CpuTensor keyCache,
      CpuTensor valueCache,
      int[] first,
      int[] seen,
      CpuTensor out,
      int rows) {
    workers.each(
        rows * shape.keyValueHeads(),
        (item, scratch) -> {
          int row = item / shape.keyValueHeads();
          int keyHead = item % shape.keyValueHeads();
          int n = seen[row];
          float[] query = scratch.get(0, paddedHead);
          float[] line = scratch.get(1, paddedHead);
          float[] p = scratch.get(2, shape.group() * n);
          float[] result = scratch.get(3, shape.group() * paddedHead);
          float scale = (float) shape.scale();
          Arrays.fill(result, 0, shape.group() * paddedHead, 0f);
          for (int i = 0; i < shape.group(); i++) {
            loadRows(q, row, 1, keyHead * shape.group() + i, query);
            scoreKeys(query, keyCache, first[row], n, keyHead, line, p, i * n);
            float max = RowMath.max(p, i * n, n) * scale;
            float sum = (float) RowMath.exp(p, i * n, scale, -max, n);
            RowMath.scale(p, i * n, 1 / sum, n);
          }
          for (int key = 0; key < n; key++) {
            loadRows(valueCache, first[row] + key, 1, keyHead, line);
            for (int i = 0; i < shape.group(); i++) {
              RowMath.addScaled(line, 0, p[i * n + key], result, i * paddedHead, headSize);
            }
          }
          for (int i = 0; i < shape.group(); i++) {
            int target = row * out.width() + (keyHead * shape.group() + i) * headSize;
            out.store(target, result, i * paddedHead, headSize);
          }
        });
  }

  private void scoreKeys(
      float[] query,
      CpuTensor keyCache,
      int first,
      int n,
      int keyHead,
      float[] line,
      float[] scores,
      int offset) {
    for (int key = 0; key < n; key++) {
      loadRows(keyCache, first + key, 1, keyHead, line);
      scores[offset + key] = RowMath.dot(query, 0, line, 0, headSize);
    }
  }

  /** Rows of one head, [n, paddedHead]; what is in the padding does not matter. */
  private float[] loadRows(CpuTensor from, int start, int n, int head, float[] target) {
    int width = from.width();
    for (int row = 0; row < n; row++) {
      from.load((start + row) * width + head * headSize, target, row * paddedHead, headSize);
    }
    return target;
  }

  /**
   * The width of rows that have a float for each of n keys: whole vectors, and an odd number of
   * them, as rows a power of two apart would share a few lines of the cache.
   */
  private static int columns(int n) {
    return padded(n) | LANES;
  }

  /** Rows of one head as columns, [HS, keyWidth]. */
  private float[] loadTransposed(
      CpuTensor from, int start, int n, int head, int keyWidth, Scratch scratch, int slot) {
    float[] target = scratch.get(slot, headSize * keyWidth);
    float[] lines = scratch.get(10, LANES * paddedHead);
    for (int row = 0; row < n; row += LANES) {
      int count = Math.min(LANES, n - row);
      loadRows(from, start + row, count, head, lines);
      for (int i = 0; i < headSize; i++) {
        for (int line = 0; line < count; line++) {
          target[i * keyWidth + row + line] = lines[line * paddedHead + i];
        }
      }
    }
    return target;
  }

  private void storeRows(float[] source, CpuTensor to, int start, int n, int head) {
    int width = to.width();
    for (int row = 0; row < n; row++) {
      to.store((start + row) * width + head * headSize, source, row * paddedHead, headSize);
    }
  }
}
