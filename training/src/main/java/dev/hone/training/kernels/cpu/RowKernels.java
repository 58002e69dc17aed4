package dev.hone.training.kernels.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The operations that work on one row after the other: norms and rotations. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class RowKernels {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  /** Floats under which a second thread costs more than it saves. */
  private static final int GRAIN = 8192;

  private static final int SUMS = 2; // slots of scratch
  private static final int TOTAL = 3;

  private final Workers workers;

  RowKernels(Workers workers) {
    this.workers = workers;
  }

  private static int grain(int width) {
    return Math.max(1, GRAIN / width);
  }

  void embed(CpuTensor table, int[] ids, float scale, CpuTensor y, int rows) {
    int width = table.width();
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] row = scratch.get(0, width);
          for (int t = from; t < to; t++) {
            table.load(ids[t] * width, row, 0, width);
            if (scale != 1) {
              RowMath.scale(row, 0, scale, width);
            }
            y.store(t * width, row, 0, width);
          }
        });
  }

  /** Cut by columns, as indices repeat. */
  void addToRows(CpuTensor x, int[] index, int first, float scale, CpuTensor y, int rows) {
    int width = x.width();
    workers.split(
        width,
        Math.max(1, GRAIN / rows),
        (worker, from, to, scratch) -> {
          int count = to - from;
          float[] added = scratch.get(0, count);
          float[] sum = scratch.get(1, count);
          for (int t = 0; t < rows; t++) {
            int place = index[first + t] * width + from;
            x.load(t * width + from, added, 0, count);
            y.load(place, sum, 0, count);
            RowMath.addScaled(added, 0, scale, sum, 0, count);
            y.store(place, sum, 0, count);
          }
        });
  }

  /** The factors of a norm: offset + weight. */
  private static float[] factors(CpuTensor weight, float offset, Workers.Scratch scratch) {
    int width = weight.width();
    float[] factors = scratch.get(0, width);
    weight.load(0, factors, 0, width);
    if (offset != 0) {
      for (int i = 0; i < width; i++) {
        factors[i] += offset;
      }
    }
    return factors;
  }

  void rmsNorm(
      CpuTensor x,
      CpuTensor weight,
      float offset,
      CpuTensor y,
      F32Tensor rstd,
      int rows,
      double epsilon) {
    int width = weight.width();
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] w = factors(weight, offset, scratch);
          float[] row = scratch.get(1, width);
          for (int t = from; t < to; t++) {
            x.load(t * width, row, 0, width);
            float r =
                (float)
                    (1 / Math.sqrt((double) RowMath.dot(row, 0, row, 0, width) / width + epsilon));
            rstd.buffer().put(t, r);
            int i = 0;
            for (; i < SPECIES.loopBound(width); i += LANES) {
              FloatVector.fromArray(SPECIES, row, i)
                  .mul(r)
                  .mul(FloatVector.fromArray(SPECIES, w, i))
                  .intoArray(row, i);
            }
            for (; i < width; i++) {
              row[i] = row[i] * r * w[i];
            }
            y.store(t * width, row, 0, width);
          }
        });
  }

  void rmsNormBackwardInput(
      CpuTensor dY,
      CpuTensor x,
      CpuTensor weight,
      float offset,
      F32Tensor rstd,
      CpuTensor dX,
      int rows,
      float beta) {
    int width = weight.width();
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] w = factors(weight, offset, scratch);
          float[] row = scratch.get(1, width);
          float[] g = scratch.get(2, width);
          float[] result = scratch.get(3, width);
          for (int t = from; t < to; t++) {
            x.load(t * width, row, 0, width);
            dY.load(t * width, g, 0, width);
            if (beta != 0) {
              dX.load(t * width, result, 0, width);
            }
            int i = 0;
            for (; i < SPECIES.loopBound(width); i += LANES) {
              FloatVector.fromArray(SPECIES, g, i)
                  .mul(FloatVector.fromArray(SPECIES, w, i))
                  .intoArray(g, i);
            }
            for (; i < width; i++) {
              g[i] *= w[i];
            }
            float r = rstd.buffer().get(t);
            float pull = -r * r * r * RowMath.dot(g, 0, row, 0, width) / width;
            if (beta == 0) {
              RowMath.scale(g, 0, r, width);
              RowMath.addScaled(row, 0, pull, g, 0, width);
              dX.store(t * width, g, 0, width);
            } else {
              if (beta != 1) {
                RowMath.scale(result, 0, beta, width);
              }
              RowMath.addScaled(g, 0, r, result, 0, width);
              RowMath.addScaled(row, 0, pull, result, 0, width);
              dX.store(t * width, result, 0, width);
            }
          }
        });
  }

  void rmsNormBackwardWeight(
      CpuTensor dY, CpuTensor x, F32Tensor rstd, CpuTensor dWeight, int rows) {
    int width = dWeight.width();
    float[][] sums = new float[workers.threads()][];
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] sum = zeros(scratch, width);
          float[] row = scratch.get(0, width);
          float[] g = scratch.get(1, width);
          for (int t = from; t < to; t++) {
            x.load(t * width, row, 0, width);
            dY.load(t * width, g, 0, width);
            float r = rstd.buffer().get(t);
            int i = 0;
            for (; i < SPECIES.loopBound(width); i += LANES) {
              FloatVector.fromArray(SPECIES, row, i)
                  .mul(r)
                  .fma(FloatVector.fromArray(SPECIES, g, i), FloatVector.fromArray(SPECIES, sum, i))
                  .intoArray(sum, i);
            }
            for (; i < width; i++) {
              sum[i] = Math.fma(row[i] * r, g[i], sum[i]);
            }
          }
          sums[worker] = sum;
        });
    addSums(sums, dWeight, width);
  }

  void biasBackward(CpuTensor dY, CpuTensor dBias, int rows) {
    int width = dBias.width();
    float[][] sums = new float[workers.threads()][];
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] sum = zeros(scratch, width);
          float[] row = scratch.get(0, width);
          for (int t = from; t < to; t++) {
            dY.load(t * width, row, 0, width);
            RowMath.addScaled(row, 0, 1f, sum, 0, width);
          }
          sums[worker] = sum;
        });
    addSums(sums, dBias, width);
  }

  private static float[] zeros(Workers.Scratch scratch, int width) {
    float[] sum = scratch.get(SUMS, width);
    Arrays.fill(sum, 0, width, 0f);
    return sum;
  }

  /** Adds the threads' sums in the order of the threads. */
  private void addSums(float[][] sums, CpuTensor target, int width) {
    float[] total = workers.scratch(0).get(TOTAL, width);
    target.load(0, total, 0, width);
    for (float[] sum : sums) {
      if (sum != null) {
        RowMath.addScaled(sum, 0, 1f, total, 0, width);
      }
    }
    target.store(0, total, 0, width);
  }

  void addBias(CpuTensor bias, CpuTensor y, int rows) {
    int width = bias.width();
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] b = scratch.get(0, width);
          float[] row = scratch.get(1, width);
          bias.load(0, b, 0, width);
          for (int t = from; t < to; t++) {
            y.load(t * width, row, 0, width);
            RowMath.addScaled(b, 0, 1f, row, 0, width);
            y.store(t * width, row, 0, width);
          }
        });
  }

  void rope(
      CpuTensor x,
      CpuTensor cos,
      CpuTensor sin,
      int[] positions,
      int heads,
      int rows,
      boolean inverse) {
    int half = cos.width();
    int width = x.width();
    int size = width / heads;
    float direction = inverse ? -1f : 1f;
    workers.split(
        rows,
        grain(width),
        (worker, from, to, scratch) -> {
          float[] c = scratch.get(0, half);
          float[] s = scratch.get(1, half);
          float[] row = scratch.get(2, width);
          for (int t = from; t < to; t++) {
            cos.load(positions[t] * half, c, 0, half);
            sin.load(positions[t] * half, s, 0, half);
            RowMath.scale(s, 0, direction, half);
            x.load(t * width, row, 0, width);
            for (int head = 0; head < width; head += size) {
              rotate(row, head, c, s, half);
            }
            x.store(t * width, row, 0, width);
          }
        });
  }

  private static void rotate(float[] row, int head, float[] cos, float[] sin, int half) {
    int i = 0;
    for (; i < SPECIES.loopBound(half); i += LANES) {
      FloatVector c = FloatVector.fromArray(SPECIES, cos, i);
      FloatVector s = FloatVector.fromArray(SPECIES, sin, i);
      FloatVector first = FloatVector.fromArray(SPECIES, row, head + i);
      FloatVector second = FloatVector.fromArray(SPECIES, row, head + half + i);
      first.mul(c).sub(second.mul(s)).intoArray(row, head + i);
      second.mul(c).add(first.mul(s)).intoArray(row, head + half + i);
    }
    for (; i < half; i++) {
      float first = row[head + i];
      float second = row[head + half + i];
      row[head + i] = first * cos[i] - second * sin[i];
      row[head + half + i] = second * cos[i] + first * sin[i];
    }
  }
}
