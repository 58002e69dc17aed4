package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.CounterRandom;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The operations that see a tensor as one long line of floats. Formulas: {@link
 * dev.hone.training.kernels.Kernels}.
 */
final class FlatKernels {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());
  private static final int DOUBLE_LANES = DOUBLES.length();

  /** Floats worked on at once: a few of them fit the first-level cache. */
  static final int CHUNK = 2048;

  /** Chunks under which a second thread costs more than it saves. */
  private static final int GRAIN = 8;

  private final Workers workers;

  FlatKernels(Workers workers) {
    this.workers = workers;
  }

  /** A chunk of a line: its first float, how many, and whose turn it is. */
  interface Chunk {
    void run(int worker, int from, int count, Workers.Scratch scratch);
  }

  private static int chunks(int length) {
    return (length + CHUNK - 1) / CHUNK;
  }

  /** Runs all of {@code [0, length)}, always cut at the same places. */
  void chunks(int length, Chunk chunk) {
    workers.split(
        chunks(length),
        GRAIN,
        (worker, from, to, scratch) -> {
          for (int i = from; i < to; i++) {
            chunk.run(worker, i * CHUNK, Math.min(CHUNK, length - i * CHUNK), scratch);
          }
        });
  }

  void zero(CpuTensor x) {
    int length = Math.toIntExact(x.length());
    workers.split(
        chunks(length),
        GRAIN,
        (worker, from, to, scratch) -> {
          float[] zeros = scratch.get(0, CHUNK);
          Arrays.fill(zeros, 0f);
          for (int i = from; i < to; i++) {
            x.store(i * CHUNK, zeros, 0, Math.min(CHUNK, length - i * CHUNK));
          }
        });
  }

  /** Copies the first values of a tensor to one of any type. */
  void move(CpuTensor from, CpuTensor to, int length) {
    move(from, 0, to, length);
  }

  /** Copies values of a tensor, from element {@code first} on, to one of any type. */
  void move(CpuTensor from, int first, CpuTensor to, int length) {
    chunks(
        length,
        (worker, start, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          from.load(first + start, a, 0, count);
          to.store(start, a, 0, count);
        });
  }

  void add(CpuTensor x, float factor, CpuTensor y, float beta, int length) {
    chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          float[] b = scratch.get(1, CHUNK);
          x.load(from, a, 0, count);
          if (beta == 0) {
            RowMath.scale(a, 0, factor, count);
            y.store(from, a, 0, count);
            return;
          }
          y.load(from, b, 0, count);
          if (beta != 1) {
            RowMath.scale(b, 0, beta, count);
          }
          RowMath.addScaled(a, 0, factor, b, 0, count);
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

  void softCap(CpuTensor x, float cap, int length) {
    chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          x.load(from, a, 0, count);
          RowMath.softCap(a, 0, 1f, cap, count);
          x.store(from, a, 0, count);
        });
  }

  void addNoise(CpuTensor x, int first, int length, float magnitude, long seed) {
    chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          x.load(first + from, a, 0, count);
          for (int i = 0; i < count; i++) {
            a[i] += magnitude * (2 * CounterRandom.uniform(seed, first + from + i) - 1);
          }
          x.store(first + from, a, 0, count);
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
    // Each lane of each thread adds up on its own, and all are added in one order: the sum does not
    // depend on what has been compiled.
    double[] sums = new double[workers.threads() * DOUBLE_LANES];
    chunks(
        Math.toIntExact(x.length()),
        (worker, from, count, scratch) -> {
          float[] a = scratch.get(0, CHUNK);
          x.load(from, a, 0, count);
          Arrays.fill(a, count, (count + LANES - 1) / LANES * LANES, 0f);
          addSquares(a, count, sums, worker * DOUBLE_LANES);
        });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  /** The square of a float fits a double, so only the additions round. */
  private static void addSquares(float[] a, int count, double[] sums, int at) {
    DoubleVector low = DoubleVector.fromArray(DOUBLES, sums, at);
    DoubleVector high = DoubleVector.zero(DOUBLES);
    for (int i = 0; i < count; i += LANES) {
      FloatVector values = FloatVector.fromArray(SPECIES, a, i);
      DoubleVector first = (DoubleVector) values.convertShape(VectorOperators.F2D, DOUBLES, 0);
      DoubleVector second = (DoubleVector) values.convertShape(VectorOperators.F2D, DOUBLES, 1);
      low = first.fma(first, low);
      high = second.fma(second, high);
    }
    low.add(high).intoArray(sums, at);
  }
}
