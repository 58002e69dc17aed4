package dev.hone.training.model;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.layers.Weight;
import java.nio.FloatBuffer;

/**
 * Of each row of a frozen matrix the sum of its squares, of which DoRA makes the lengths of rows.
 *
 * @param weight {@code [out, in]}
 * @param squares {@code [out]}
 */
record RowSquares(Weight weight, Tensor squares) {

  /** Reads the matrix, as products read it, a row at a time. */
  void fill(Kernels kernels) {
    int in = Math.toIntExact(weight.shape()[1]);
    float[] row = new float[in];
    float[] sums = new float[Math.toIntExact(squares.length())];
    for (int o = 0; o < sums.length; o++) {
      kernels.read(weight.operand(), (long) o * in, FloatBuffer.wrap(row));
      double sum = 0;
      for (float value : row) {
        sum += (double) value * value;
      }
      sums[o] = (float) sum;
    }
    kernels.write(FloatBuffer.wrap(sums), squares, 0);
  }

  /** Writes the lengths of the rows. */
  void writeLengths(Kernels kernels, Tensor lengths) {
    float[] values = new float[Math.toIntExact(squares.length())];
    kernels.read(squares, 0, FloatBuffer.wrap(values));
    for (int o = 0; o < values.length; o++) {
      values[o] = (float) Math.sqrt(values[o]);
    }
    kernels.write(FloatBuffer.wrap(values), lengths, 0);
  }
}
