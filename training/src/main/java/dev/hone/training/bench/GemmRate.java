package dev.hone.training.bench;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;

/** How fast this process multiplies matrices: what a training step is measured against. */
final class GemmRate {
  private static final int ROWS = 1024;
  private static final int IN = 576;
  private static final int OUT = 1536;
  private static final int WARM = 10;
  private static final int TIMED = 30;

  private GemmRate() {}

  /** GFLOP/s of {@code [1024, 576] x [1536, 576]ᵀ}, the best of thirty. */
  static double measure(Kernels kernels) {
    Tensor x = filled(kernels, ROWS, IN);
    Tensor w = filled(kernels, OUT, IN);
    Tensor y = kernels.operand(ROWS, OUT);
    double best = 0;
    for (int i = 0; i < WARM + TIMED; i++) {
      long start = System.nanoTime();
      kernels.linear(x, w, y, ROWS, 1, 0);
      double rate = 2.0 * ROWS * IN * OUT / (System.nanoTime() - start);
      best = i < WARM ? 0 : Math.max(best, rate);
    }
    return best;
  }

  private static Tensor filled(Kernels kernels, int rows, int width) {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 17 - 8) / 8f;
    }
    Tensor tensor = kernels.operand(rows, width);
    kernels.write(FloatBuffer.wrap(values), tensor, 0);
    return tensor;
  }
}
