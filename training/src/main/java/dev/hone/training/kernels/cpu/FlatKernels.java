package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.CounterRandom;
import java.util.Arrays;

/**
 * The operations that see a tensor as one long line of floats. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class FlatKernels {
  /** Floats worked on at once: a few of them fit the first-level cache. */
  static final int CHUNK = 2048;

  private final Workers workers;

  FlatKernels(Workers workers) {
    this.workers = workers;
  }

  /** A chunk of a line: its first float, how many, and whose turn it is. */
  interface Chunk {
    void run(int worker, int from, int count, Workers.Scratch scratch);
  }

  /** Runs all of {@code [0, length)}, always cut at the same places. */
  void chunks(int length, Chunk chunk) {
    int count = (length + CHUNK - 1) / CHUNK;
    workers.split(
        count,
        8,
        (worker, from, to, scratch) -> {
          for (int i = from; i < to; i++) {
            chunk.run(worker, i * CHUNK, Math.min(CHUNK, length - i * CHUNK), scratch);
          }
        });
  }

  void zero(CpuTensor x) {
    chunks(
        Math.toIntExact(x.length()),
        (worker, from, count, scratch) -> {
          float[] zeros = scratch.get(0, CHUNK);
          Arrays.fill(zeros, 0f);
          x.store(from, zeros, 0, count);
        });
  }

  /** Copies the first values of a tensor to one of any type. */
  void move(CpuTensor from, CpuTensor to, int length) {
    chunks(
        length,
        (worker, start, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          from.load(start, a, 0, count);
          to.store(start, a, 0, count);
        });
  }

  void add(CpuTensor x, CpuTensor y, int length) {
    chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          float[] b = scratch.get(1, CHUNK);
          x.load(from, a, 0, count);
          y.load(from, b, 0, count);
          RowMath.addScaled(a, 0, 1f, b, 0, count);
          y.store(from, b, 0, count);
        });
  }

  void scale(CpuTensor x, float factor) {
    chunks(
        Math.toIntExact(x.length()),
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          x.load(from, a, 0, count);
          RowMath.scale(a, 0, factor, count);
          x.store(from, a, 0, count);
        });
  }

  void dropout(CpuTensor x, CpuTensor y, int length, float p, long seed, float beta) {
    float factor = 1 / (1 - p);
    chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          float[] b = scratch.get(1, CHUNK);
          x.load(from, a, 0, count);
          if (beta == 0) {
            Arrays.fill(b, 0, count, 0f);
          } else {
            y.load(from, b, 0, count);
          }
          for (int i = 0; i < count; i++) {
            float kept = CounterRandom.uniform(seed, from + i) >= p ? a[i] * factor : 0f;
            b[i] = beta * b[i] + kept;
          }
          y.store(from, b, 0, count);
        });
  }

  double sumOfSquares(CpuTensor x) {
    double[] sums = new double[workers.threads()];
    chunks(
        Math.toIntExact(x.length()),
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          x.load(from, a, 0, count);
          sums[worker] += sumOfSquares(a, count);
        });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  /** Four sums at once, as one would wait for each addition to finish before the next. */
  private static double sumOfSquares(float[] a, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      s0 += (double) a[i] * a[i];
      s1 += (double) a[i + 1] * a[i + 1];
      s2 += (double) a[i + 2] * a[i + 2];
      s3 += (double) a[i + 3] * a[i + 3];
    }
    for (; i < count; i++) {
      s0 += (double) a[i] * a[i];
    }
    return s0 + s1 + s2 + s3;
  }
}
