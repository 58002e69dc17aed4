package dev.hone.formats.model.gguf.blocks;

import java.util.Arrays;

/**
 * Finds the scale of a group so that {@code scale (q - zero)}, q from 0 to 2 zero - 1, is close to
 * its values. It tries 19 steps of a grid around the one that reaches the value of largest
 * magnitude; for the codes of each, the scale is the least squares weighted by the values' squares.
 * ggml's {@code make_qx_quants} as {@code quantize_row_q6_K_ref} calls it.
 */
final class SymmetricFit {
  /** Below this a group counts as all zeros. */
  static final float NOTHING = 1e-15f;

  /** Steps to either side of the middle. */
  private static final int SIDE = 9;

  private SymmetricFit() {}

  /**
   * Fits a group.
   *
   * @param x has the values from {@code from} on
   * @param q gets the codes from {@code at} on
   * @return the scale, of either sign
   */
  static float fit(float[] x, int from, int count, int zero, int[] q, int at) {
    float extreme = 0;
    for (int i = 0; i < count; i++) {
      if (Math.abs(x[from + i]) > Math.abs(extreme)) {
        extreme = x[from + i];
      }
    }
    if (Math.abs(extreme) < NOTHING) {
      Arrays.fill(q, at, at + count, 0);
      return 0;
    }
    float scale = 0;
    float best = 0;
    for (int tried = -1; tried < 2 * SIDE + 1; tried++) {
      // The middle of the grid goes first: the others have to be better than it.
      int step = tried < 0 ? 0 : tried - SIDE;
      float perUnit = -(zero + 0.1f * step) / extreme;
      float sumLx = 0;
      float sumL2 = 0;
      for (int i = 0; i < count; i++) {
        float value = x[from + i];
        int code = code(perUnit * value, zero);
        float weight = value * value;
        sumLx += weight * value * code;
        sumL2 += weight * code * code;
      }
      if (tried < 0 || (sumL2 > 0 && sumLx * sumLx > best * sumL2)) {
        scale = sumL2 == 0 ? 0 : sumLx / sumL2;
        best = scale * sumLx;
        for (int i = 0; i < count; i++) {
          q[at + i] = zero + code(perUnit * x[from + i], zero);
        }
      }
    }
    return scale;
  }

  private static int code(float value, int zero) {
    return Math.max(-zero, Math.min(zero - 1, (int) Math.rint(value)));
  }
}
