package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AdafactorStep;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A step of Adafactor on a matrix. Three passes over the gradient, as nothing of the second can
 * begin before the sums of the first are complete, and nothing of the third before the size of the
 * whole update is known: the means of rows and columns; the size; the update. Formula: {@link
 * dev.hone.training.kernels.Kernels#adafactor}.
 */
final class CpuAdafactor {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  /** Rows whose squares are added up in f32 before they go to the sums in f64. */
  private static final int BLOCK = 64;

  private final Workers workers;

  /** By row and by column what a gradient is multiplied with; kept, as an optimizer comes again. */
  private float[] rowFactors = new float[0];

  private float[] columnFactors = new float[0];
  private double[] columnSums = new double[0];

  CpuAdafactor(Workers workers) {
    this.workers = workers;
  }

  void step(
      CpuTensor parameter,
      CpuTensor gradient,
      CpuTensor rowState,
      CpuTensor columnState,
      AdafactorStep step) {
    int width = gradient.width();
    int rows = Math.toIntExact(gradient.length() / width);
    reserve(rows, width);
    moments(gradient, rows, width, rowState, columnState, step);
    double size = Math.sqrt(squares(gradient, rows, width) / ((double) rows * width));
    double scale = step.gradientScale();
    double clip = Math.max(1, size * scale / step.clipThreshold());
    float rate = (float) (step.learningRate() * scale / clip);
    float keep = (float) (1 - step.learningRate() * step.weightDecay());
    update(parameter, gradient, rows, width, rate, keep);
  }

  private void reserve(int rows, int width) {
    if (rowFactors.length < rows) {
      rowFactors = new float[rows];
    }
    if (columnFactors.length < width + LANES) {
      columnFactors = new float[width + LANES];
    }
    if (columnSums.length < workers.threads() * width) {
      columnSums = new double[workers.threads() * width];
    }
  }

  /** Moves the state, and leaves the factors that follow from it. */
  private void moments(
      CpuTensor gradient,
      int rows,
      int width,
      CpuTensor rowState,
      CpuTensor columnState,
      AdafactorStep step) {
    float decay = (float) step.decay();
    double squareScale = step.gradientScale() * step.gradientScale();
    Arrays.fill(columnSums, 0, workers.threads() * width, 0);
    workers.split(
        rows,
        BLOCK,
        (worker, from, to, scratch) -> {
          float[] g = scratch.get(0, width + LANES);
          float[] sums = scratch.get(1, width + LANES);
          rowState.load(from, rowFactors, from, to - from);
          for (int block = from; block < to; block += BLOCK) {
            Arrays.fill(sums, 0f);
            for (int row = block; row < Math.min(to, block + BLOCK); row++) {
              row(gradient, row, width, g);
              addSquares(g, sums, width);
              double mean = squareScale * RowMath.dot(g, 0, g, 0, width) / width + step.epsilon();
              rowFactors[row] = decay * rowFactors[row] + (float) ((1 - step.decay()) * mean);
            }
            for (int i = 0; i < width; i++) {
              columnSums[worker * width + i] += sums[i];
            }
          }
          rowState.store(from, rowFactors, from, to - from);
        });
    columnState.load(0, columnFactors, 0, width);
    for (int i = 0; i < width; i++) {
      double sum = 0;
      for (int worker = 0; worker < workers.threads(); worker++) {
        sum += columnSums[worker * width + i];
      }
      double mean = squareScale * sum / rows + step.epsilon();
      columnFactors[i] = decay * columnFactors[i] + (float) ((1 - step.decay()) * mean);
    }
    columnState.store(0, columnFactors, 0, width);
    factors(rows, width);
  }

  /** {@code 1 / sqrt(R / mean(R))} by row and {@code 1 / sqrt(C)} by column. */
  private void factors(int rows, int width) {
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += rowFactors[row];
    }
    double mean = sum / rows;
    for (int row = 0; row < rows; row++) {
      rowFactors[row] = (float) (1 / Math.sqrt(rowFactors[row] / mean));
    }
    for (int i = 0; i < width; i++) {
      columnFactors[i] = (float) (1 / Math.sqrt(columnFactors[i]));
    }
    // What lies behind a row is computed too, and must not be NaN.
    Arrays.fill(columnFactors, width, width + LANES, 0f);
  }

  /** Sum of the squares of the update, before clipping and the learning rate. */
  private double squares(CpuTensor gradient, int rows, int width) {
    double[] sums = new double[workers.threads()];
    workers.split(
        rows,
        BLOCK,
        (worker, from, to, scratch) -> {
          float[] g = scratch.get(0, width + LANES);
          double sum = 0;
          for (int row = from; row < to; row++) {
            row(gradient, row, width, g);
            multiply(g, columnFactors, width);
            sum += (double) rowFactors[row] * rowFactors[row] * RowMath.dot(g, 0, g, 0, width);
          }
          sums[worker] = sum;
        });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  private void update(
      CpuTensor parameter, CpuTensor gradient, int rows, int width, float rate, float keep) {
    workers.split(
        rows,
        BLOCK,
        (worker, from, to, scratch) -> {
          float[] g = scratch.get(0, width + LANES);
          float[] p = scratch.get(1, width + LANES);
          for (int row = from; row < to; row++) {
            row(gradient, row, width, g);
            parameter.load(row * width, p, 0, width);
            subtract(p, keep, g, columnFactors, rate * rowFactors[row], width);
            parameter.store(row * width, p, 0, width);
          }
        });
  }

  /** A row of the gradient, with zeros behind it. */
  private static void row(CpuTensor gradient, int row, int width, float[] g) {
    gradient.load(row * width, g, 0, width);
    Arrays.fill(g, width, width + LANES, 0f);
  }

  private static void addSquares(float[] x, float[] sums, int width) {
    for (int i = 0; i < width; i += LANES) {
      FloatVector values = FloatVector.fromArray(SPECIES, x, i);
      values.fma(values, FloatVector.fromArray(SPECIES, sums, i)).intoArray(sums, i);
    }
  }

  private static void multiply(float[] x, float[] factors, int width) {
    for (int i = 0; i < width; i += LANES) {
      FloatVector.fromArray(SPECIES, x, i)
          .mul(FloatVector.fromArray(SPECIES, factors, i))
          .intoArray(x, i);
    }
  }

  /** {@code p = keep * p - rate * factors * g}. */
  private static void subtract(
      float[] p, float keep, float[] g, float[] factors, float rate, int width) {
    for (int i = 0; i < width; i += LANES) {
      FloatVector update =
          FloatVector.fromArray(SPECIES, g, i)
              .mul(FloatVector.fromArray(SPECIES, factors, i))
              .mul(rate);
      FloatVector.fromArray(SPECIES, p, i).mul(keep).sub(update).intoArray(p, i);
    }
  }
}
