package dev.hone.training.kernels.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The operations in which each column has a factor of its own. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class ColumnKernels {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  /** Floats under which a second thread costs more than it saves. */
  private static final int GRAIN = 8192;

  private final Workers workers;

  ColumnKernels(Workers workers) {
    this.workers = workers;
  }

  private static int grain(int length) {
    return Math.max(1, GRAIN / Math.max(1, length));
  }

  void scale(CpuTensor x, CpuTensor factors, CpuTensor y, int rows, float beta) {
    int width = factors.width();
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] f = scratch.get(0, width);
          float[] row = scratch.get(1, width);
          float[] old = scratch.get(2, width);
          factors.load(0, f, 0, width);
          for (int t = from; t < to; t++) {
            x.load(t * width, row, 0, width);
            multiply(f, row, width);
            if (beta != 0) {
              y.load(t * width, old, 0, width);
              RowMath.addScaled(old, 0, beta, row, 0, width);
            }
            y.store(t * width, row, 0, width);
          }
        });
  }

  /** {@code b *= a}. */
  private static void multiply(float[] a, float[] b, int count) {
    int i = 0;
    for (; i < SPECIES.loopBound(count); i += LANES) {
      FloatVector.fromArray(SPECIES, a, i)
          .mul(FloatVector.fromArray(SPECIES, b, i))
          .intoArray(b, i);
    }
    for (; i < count; i++) {
      b[i] *= a[i];
    }
  }

  /** Cut by columns, so that each thread has sums of its own. */
  void dots(CpuTensor a, CpuTensor b, CpuTensor factors, CpuTensor sums, int rows) {
    int width = factors.width();
    workers.split(
        width,
        grain(rows),
        (worker, from, to, scratch) -> {
          int count = to - from;
          float[] sum = scratch.get(0, count);
          float[] left = scratch.get(1, count);
          float[] right = scratch.get(2, count);
          Arrays.fill(sum, 0, count, 0f);
          for (int t = 0; t < rows; t++) {
            a.load(t * width + from, left, 0, count);
            b.load(t * width + from, right, 0, count);
            multiply(left, right, count);
            RowMath.addScaled(right, 0, 1f, sum, 0, count);
          }
          factors.load(from, left, 0, count);
          multiply(left, sum, count);
          sums.load(from, right, 0, count);
          RowMath.addScaled(sum, 0, 1f, right, 0, count);
          sums.store(from, right, 0, count);
        });
  }

  void inverseRowNorms(CpuTensor squares, CpuTensor b, CpuTensor products, CpuTensor inverseNorm) {
    int out = squares.width();
    int rank = b.width();
    workers.split(
        out,
        grain(rank),
        (worker, from, to, scratch) -> {
          int count = to - from;
          float[] norm = scratch.get(0, count);
          float[] matrix = scratch.get(1, count * rank);
          float[] row = scratch.get(2, count);
          squares.load(from, norm, 0, count);
          b.load(from * rank, matrix, 0, count * rank);
          for (int k = 0; k < rank; k++) {
            products.load(k * out + from, row, 0, count);
            for (int i = 0; i < count; i++) {
              norm[i] += matrix[i * rank + k] * row[i];
            }
          }
          for (int i = 0; i < count; i++) {
            norm[i] = (float) (1 / Math.sqrt(norm[i]));
          }
          inverseNorm.store(from, norm, 0, count);
        });
  }
}
