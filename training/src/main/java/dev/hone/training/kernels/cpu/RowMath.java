package dev.hone.training.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops over the first n floats of rows; the last few, short of a vector, are done one by one. */
final class RowMath {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;

  private RowMath() {}

  /** Sum of a[i] * b[i]. */
  static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      sum =
          FloatVector.fromArray(SPECIES, a, aOffset + i)
              .fma(FloatVector.fromArray(SPECIES, b, bOffset + i), sum);
    }
    float total = VectorMath.sum(sum);
    for (; i < n; i++) {
      total = Math.fma(a[aOffset + i], b[bOffset + i], total);
    }
    return total;
  }

  /** y += factor * x. */
  static void addScaled(float[] x, int xOffset, float factor, float[] y, int yOffset, int n) {
    FloatVector factors = FloatVector.broadcast(SPECIES, factor);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector.fromArray(SPECIES, x, xOffset + i)
          .fma(factors, FloatVector.fromArray(SPECIES, y, yOffset + i))
          .intoArray(y, yOffset + i);
    }
    for (; i < n; i++) {
      y[yOffset + i] = Math.fma(x[xOffset + i], factor, y[yOffset + i]);
    }
  }

  /** x *= factor. */
  static void scale(float[] x, int offset, float factor, int n) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector.fromArray(SPECIES, x, offset + i).mul(factor).intoArray(x, offset + i);
    }
    for (; i < n; i++) {
      x[offset + i] *= factor;
    }
  }

  /** x = factor * x + shift. */
  static void shiftScaled(float[] x, float factor, float shift, int n) {
    FloatVector factors = FloatVector.broadcast(SPECIES, factor);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector.fromArray(SPECIES, x, i).fma(factors, shifts).intoArray(x, i);
    }
    for (; i < n; i++) {
      x[i] = Math.fma(x[i], factor, shift);
    }
  }

  /**
   * The backward pass of a softmax in one: {@code x = exp(factor * x + shift)}, its probabilities,
   * and {@code y = x * (scale * y + slope)}.
   *
   * @param n whole vectors
   */
  static void softmaxBackward(
      float[] x, float factor, float shift, float[] y, float scale, float slope, int n) {
    FloatVector factors = FloatVector.broadcast(SPECIES, factor);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    FloatVector scales = FloatVector.broadcast(SPECIES, scale);
    FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
    for (int i = 0; i < n; i += LANES) {
      FloatVector p = VectorMath.exp(FloatVector.fromArray(SPECIES, x, i).fma(factors, shifts));
      p.intoArray(x, i);
      FloatVector.fromArray(SPECIES, y, i).fma(scales, slopes).mul(p).intoArray(y, i);
    }
  }

  /** x = cap * tanh(factor * x / cap). */
  static void softCap(float[] x, int offset, float factor, float cap, int n) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      VectorMath.tanh(FloatVector.fromArray(SPECIES, x, offset + i).mul(factor / cap))
          .mul(cap)
          .intoArray(x, offset + i);
    }
    for (; i < n; i++) {
      x[offset + i] = cap * (float) Math.tanh(x[offset + i] * (factor / cap));
    }
  }

  /** x *= 1 - (capped / cap)², the derivative of {@link #softCap} by what it was given. */
  static void capSlope(float[] x, float[] capped, float cap, int n) {
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      FloatVector part = FloatVector.fromArray(SPECIES, capped, i).mul(1 / cap);
      FloatVector values = FloatVector.fromArray(SPECIES, x, i);
      values.sub(part.mul(part).mul(values)).intoArray(x, i);
    }
    for (; i < n; i++) {
      float part = capped[i] / cap;
      x[i] -= part * part * x[i];
    }
  }

  /** The largest element. */
  static float max(float[] x, int offset, int n) {
    FloatVector best = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i < SPECIES.loopBound(n); i += LANES) {
      best = best.max(FloatVector.fromArray(SPECIES, x, offset + i));
    }
    float largest = best.reduceLanes(VectorOperators.MAX);
    for (; i < n; i++) {
      largest = Math.max(largest, x[offset + i]);
    }
    return largest;
  }

  /** The sum of all elements, kept as in {@link #exp}. */
  static double sum(float[] x, int n) {
    double total = 0;
    int i = 0;
    int bound = SPECIES.loopBound(n);
    while (i < bound) {
      FloatVector sum = FloatVector.zero(SPECIES);
      int end = Math.min(bound, i + 64 * LANES);
      for (; i < end; i += LANES) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, i));
      }
      total += VectorMath.sum(sum);
    }
    for (; i < n; i++) {
      total += x[i];
    }
    return total;
  }

  /**
   * x[i] = exp(factor * x[i] + shift), and the sum of them. The sum is kept in double a vector at a
   * time, as V terms of very different size are added.
   */
  static double exp(float[] x, int offset, float factor, float shift, int n) {
    FloatVector factors = FloatVector.broadcast(SPECIES, factor);
    FloatVector shifts = FloatVector.broadcast(SPECIES, shift);
    double total = 0;
    int i = 0;
    int bound = SPECIES.loopBound(n);
    while (i < bound) {
      FloatVector sum = FloatVector.zero(SPECIES);
      int end = Math.min(bound, i + 64 * LANES);
      for (; i < end; i += LANES) {
        FloatVector e =
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, offset + i).fma(factors, shifts));
        e.intoArray(x, offset + i);
        sum = sum.add(e);
      }
      total += VectorMath.sum(sum);
    }
    for (; i < n; i++) {
      float e = (float) Math.exp(Math.fma(x[offset + i], factor, shift));
      x[offset + i] = e;
      total += e;
    }
    return total;
  }

  /**
   * x[i] = exp(d) with d = x[i] - max, which no element exceeds; and three sums over i, kept as in
   * {@link #exp}.
   *
   * @param sums filled with those of exp(d), of d exp(d) and of d
   */
  static void softmaxSums(float[] x, float max, int n, double[] sums) {
    double total = 0;
    double totalOfProducts = 0;
    double totalOfLogits = 0;
    int i = 0;
    int bound = SPECIES.loopBound(n);
    while (i < bound) {
      FloatVector sum = FloatVector.zero(SPECIES);
      FloatVector products = FloatVector.zero(SPECIES);
      FloatVector logits = FloatVector.zero(SPECIES);
      int end = Math.min(bound, i + 64 * LANES);
      for (; i < end; i += LANES) {
        FloatVector d = FloatVector.fromArray(SPECIES, x, i).sub(max);
        FloatVector e = VectorMath.exp(d);
        e.intoArray(x, i);
        sum = sum.add(e);
        products = d.fma(e, products);
        logits = logits.add(d);
      }
      total += VectorMath.sum(sum);
      totalOfProducts += VectorMath.sum(products);
      totalOfLogits += VectorMath.sum(logits);
    }
    for (; i < n; i++) {
      float d = x[i] - max;
      float e = (float) Math.exp(d);
      x[i] = e;
      total += e;
      totalOfProducts += d * e;
      totalOfLogits += d;
    }
    sums[0] = total;
    sums[1] = totalOfProducts;
    sums[2] = totalOfLogits;
  }
}
