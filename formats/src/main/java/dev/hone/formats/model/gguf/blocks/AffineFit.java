package dev.hone.formats.model.gguf.blocks;

import java.util.Arrays;

/**
 * Finds scale and minimum of a group so that {@code scale q - minimum}, q from 0 to a highest code,
 * is close to its values. It tries 21 steps of a grid; for the codes of each, scale and minimum are
 * the weighted least squares; the smallest weighted error wins. Large values weigh more. ggml's
 * {@code make_qkx2_quants} with the weights of {@code quantize_row_q4_K_ref}. Not thread safe.
 */
final class AffineFit {
  private static final int STEPS = 20;

  private final int count;
  private final int highest;
  private final float[] weights;
  private final int[] tried;
  private float scale;
  private float minimum;

  /**
   * @param count values of a group
   * @param highest code
   */
  AffineFit(int count, int highest) {
    this.count = count;
    this.highest = highest;
    this.weights = new float[count];
    this.tried = new int[count];
  }

  /** Of the last group; never below 0. */
  float scale() {
    return scale;
  }

  /** What is subtracted in the last group; never below 0. */
  float minimum() {
    return minimum;
  }

  /**
   * Fits a group.
   *
   * @param x has the values from {@code from} on
   * @param q gets the codes from {@code at} on
   */
  void fit(float[] x, int from, int[] q, int at) {
    weigh(x, from);
    float lowest = 0; // a group of positive values begins at 0, too
    float top = x[from];
    float sumW = 0;
    float sumX = 0;
    for (int i = 0; i < count; i++) {
      lowest = Math.min(lowest, x[from + i]);
      top = Math.max(top, x[from + i]);
      sumW += weights[i];
      sumX += weights[i] * x[from + i];
    }
    if (top == lowest) {
      Arrays.fill(q, at, at + count, 0);
      scale = 0;
      minimum = -lowest;
      return;
    }
    float start = highest / (top - lowest);
    scale = 1 / start;
    float low = lowest;
    float least = error(x, from, code(x, from, start, low), scale, low);
    System.arraycopy(tried, 0, q, at, count);
    for (int step = 0; step <= STEPS; step++) {
      code(x, from, (-1 + 0.1f * step + highest) / (top - low), low);
      float sumL = 0;
      float sumL2 = 0;
      float sumXl = 0;
      for (int i = 0; i < count; i++) {
        float weighted = weights[i] * tried[i];
        sumL += weighted;
        sumL2 += weighted * tried[i];
        sumXl += weighted * x[from + i];
      }
      float determinant = sumW * sumL2 - sumL * sumL;
      if (determinant > 0) {
        float newScale = (sumW * sumXl - sumX * sumL) / determinant;
        float newLow = (sumL2 * sumX - sumL * sumXl) / determinant;
        if (newLow > 0) {
          newLow = 0;
          newScale = sumXl / sumL2;
        }
        float error = error(x, from, tried, newScale, newLow);
        if (error < least) {
          System.arraycopy(tried, 0, q, at, count);
          least = error;
          scale = newScale;
          low = newLow;
        }
      }
    }
    minimum = -low;
  }

  /** By root mean square and magnitude. */
  private void weigh(float[] x, int from) {
    float squares = 0;
    for (int i = 0; i < count; i++) {
      squares += x[from + i] * x[from + i];
    }
    float mean = (float) Math.sqrt(squares / count);
    for (int i = 0; i < count; i++) {
      weights[i] = mean + Math.abs(x[from + i]);
    }
  }

  private int[] code(float[] x, int from, float perUnit, float low) {
    for (int i = 0; i < count; i++) {
      int code = (int) Math.rint(perUnit * (x[from + i] - low));
      tried[i] = Math.max(0, Math.min(highest, code));
    }
    return tried;
  }

  private float error(float[] x, int from, int[] codes, float by, float low) {
    float sum = 0;
    for (int i = 0; i < count; i++) {
      float difference = by * codes[i] + low - x[from + i];
      sum += weights[i] * (difference * difference);
    }
    return sum;
  }
}
