package dev.hone.training.layers;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;

/**
 * Rotary position embedding: the cosines and sines of every position and frequency (Su et al.
 * 2021), shared by all blocks.
 */
public final class Rope {
  private final Kernels kernels;
  private final float[] frequencies;
  private final double scale;
  private int positions;
  private Tensor cos; // [P, D / 2]
  private Tensor sin;

  /**
   * @param frequencies {@code [D / 2]}, radians a position; D elements of a head are turned
   * @param scale of cosines and sines
   * @param positions P, how many positions there are at first
   */
  public Rope(Kernels kernels, float[] frequencies, double scale, int positions) {
    this.scale = scale;
    this.kernels = kernels;
    this.frequencies = frequencies.clone();
    fill(positions);
  }

  /** Makes the tables longer if they have fewer positions than that. */
  public void ensure(int needed) {
    if (needed > positions) {
      fill(needed);
    }
  }

  /** Rotates the heads of x in place; backwards if inverse. */
  void rotate(Tensor x, int heads, Batch batch, boolean inverse) {
    kernels.rope(x, cos, sin, batch.positions(), heads, batch.rows(), inverse);
  }

  private void fill(int count) {
    positions = count;
    int half = frequencies.length;
    float[] c = new float[Math.multiplyExact(count, half)];
    float[] s = new float[c.length];
    for (int p = 0; p < count; p++) {
      for (int i = 0; i < half; i++) {
        // The product is rounded to float, as the reference implementations do: at position 8000
        // the
        // rounding is an angle of up to 2.4e-4, which would otherwise show in the logits.
        float angle = p * frequencies[i];
        c[p * half + i] = (float) (scale * Math.cos(angle));
        s[p * half + i] = (float) (scale * Math.sin(angle));
      }
    }
    cos = kernels.allocate(count, half);
    sin = kernels.allocate(count, half);
    kernels.write(FloatBuffer.wrap(c), cos, 0);
    kernels.write(FloatBuffer.wrap(s), sin, 0);
  }
}
