package dev.hone.training.kernels.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The k likeliest tokens of each row of logits. A heap holds the k best so far, the worst of them
 * on top, and a row is read vector by vector for anything above that: of V logits in no order, only
 * about k log(V / k) are.
 *
 * <p>An entry is one long, so that one comparison orders by logit and then by id: the bits of the
 * logit, turned so that they sort as it does, above the inverted id.
 */
final class CpuTopK {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  private final Workers workers;

  CpuTopK(Workers workers) {
    this.workers = workers;
  }

  /** See {@link dev.hone.training.kernels.Kernels#topLogProbabilities}. */
  void run(CpuTensor logits, int k, int from, int rows, int[] ids, float[] logps) {
    int width = logits.width();
    workers.split(
        rows,
        1,
        (worker, first, last, scratch) -> {
          float[] row = scratch.get(0, width);
          long[] heap = new long[k];
          double[] sums = new double[3];
          for (int i = first; i < last; i++) {
            logits.load(i * width, row, 0, width);
            select(row, width, heap);
            float max = logit(heap[k - 1]);
            RowMath.softmaxSums(row, max, width, sums);
            double logSumExp = max + Math.log(sums[0]);
            int at = (from + i) * k;
            for (int j = 0; j < k; j++) {
              long entry = heap[k - 1 - j];
              ids[at + j] = ~(int) entry;
              logps[at + j] = (float) (logit(entry) - logSumExp);
            }
          }
        });
  }

  /** Fills the heap with the best entries of a row, ascending. */
  private static void select(float[] row, int width, long[] heap) {
    int k = heap.length;
    for (int i = 0; i < k; i++) {
      heap[i] = entry(row[i], i);
    }
    Arrays.sort(heap); // ascending is a heap
    int i = k;
    while (i < width) {
      float worst = logit(heap[0]);
      if (i + LANES <= width
          && !FloatVector.fromArray(SPECIES, row, i).compare(VectorOperators.GT, worst).anyTrue()) {
        i += LANES;
        continue;
      }
      for (int end = Math.min(width, i + LANES); i < end; i++) {
        long entry = entry(row[i], i);
        if (entry > heap[0]) {
          replaceWorst(heap, entry);
        }
      }
    }
    Arrays.sort(heap);
  }

  private static void replaceWorst(long[] heap, long entry) {
    int at = 0;
    for (int child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= entry) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }

  private static long entry(float logit, int id) {
    int bits = Float.floatToRawIntBits(logit + 0f); // -0 becomes 0
    return ((long) sortable(bits) << 32) | (~id & 0xFFFFFFFFL);
  }

  private static float logit(long entry) {
    return Float.intBitsToFloat(sortable((int) (entry >> 32)));
  }

  /** Its own inverse: negative floats sort backwards by their bits. */
  private static int sortable(int bits) {
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }
}
