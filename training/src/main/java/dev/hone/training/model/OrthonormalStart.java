package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;

/**
 * The start of OLoRA (Büyükakyüz 2024): of the QR decomposition of a weight, the first R columns of
 * Q are B and the first R rows of R are A. The first columns of Q depend on the first columns of
 * the weight alone, so no more of it is decomposed.
 *
 * @param weight {@code [out, in]}, frozen
 * @param a {@code [R, in]}
 * @param b {@code [out, R]}
 */
record OrthonormalStart(Weight weight, Tensor a, Tensor b) implements BranchStart {

  @Override
  public void fill(Kernels kernels, long seed) {
    int out = Math.toIntExact(weight.shape()[0]);
    int in = Math.toIntExact(weight.shape()[1]);
    int rank = Math.toIntExact(a.shape()[0]);
    double[][] columns = new double[rank][out];
    float[] row = new float[rank];
    for (int o = 0; o < out; o++) {
      kernels.read(weight.operand(), (long) o * in, FloatBuffer.wrap(row));
      for (int k = 0; k < rank; k++) {
        columns[k][o] = row[k];
      }
    }
    orthonormalise(columns);
    double[][] products = products(columns, in, kernels);
    float[] values = new float[rank * out];
    float[] flat = new float[rank * in];
    for (int k = 0; k < rank; k++) {
      for (int o = 0; o < out; o++) {
        values[o * rank + k] = (float) columns[k][o];
      }
      for (int i = 0; i < in; i++) {
        flat[k * in + i] = (float) products[k][i];
      }
    }
    kernels.write(FloatBuffer.wrap(values), b, 0);
    kernels.write(FloatBuffer.wrap(flat), a, 0);
  }

  /** {@code R = Qᵀ W}, a row of W at a time. */
  private double[][] products(double[][] columns, int in, Kernels kernels) {
    double[][] products = new double[columns.length][in];
    float[] row = new float[in];
    for (int o = 0; o < columns[0].length; o++) {
      kernels.read(weight.operand(), (long) o * in, FloatBuffer.wrap(row));
      for (int k = 0; k < columns.length; k++) {
        double factor = columns[k][o];
        double[] sum = products[k];
        for (int i = 0; i < in; i++) {
          sum[i] += factor * row[i];
        }
      }
    }
    return products;
  }

  /** Gram and Schmidt's way, twice, as one pass leaves what rounding put in. */
  private static void orthonormalise(double[][] columns) {
    for (int k = 0; k < columns.length; k++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          add(columns[k], columns[j], -dot(columns[k], columns[j]));
        }
      }
      double length = Math.sqrt(dot(columns[k], columns[k]));
      for (int o = 0; o < columns[k].length; o++) {
        columns[k][o] = length > 0 ? columns[k][o] / length : 0;
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] target, double[] from, double factor) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * from[i];
    }
  }
}
