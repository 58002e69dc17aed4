package dev.hone.training.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of vectors whose bits do not depend on whether the code was interpreted or compiled, so
 * that a run can be repeated. Java's own are fast and not that: {@code EXP} and {@code TANH} are
 * other functions in compiled code, and {@code reduceLanes} adds in another order.
 *
 * <p>The exponential and the hyperbolic tangent are those of Moshier's Cephes library ({@code
 * single/expf.c}, {@code single/tanhf.c}), with fused multiplication and addition.
 */
final class VectorMath {
  private static final VectorSpecies<Float> SPECIES = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final VectorShuffle<Float> BY_8 = turnedBy(8);
  private static final VectorShuffle<Float> BY_4 = turnedBy(4);
  private static final VectorShuffle<Float> BY_2 = turnedBy(2);
  private static final VectorShuffle<Float> BY_1 = turnedBy(1);

  /** exp of less is 0, or smaller than any normal number. */
  private static final float LOWEST = -87.33654f;

  private static final float HIGHEST = 88.72283f;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN_2_HIGH = 0.693359375f;
  private static final float LN_2_LOW = -2.12194440e-4f;

  /** Adding it leaves a whole number in the lowest bits. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final int MANTISSA_BITS = 23;

  private VectorMath() {}

  private static VectorShuffle<Float> turnedBy(int lanes) {
    return VectorShuffle.fromOp(SPECIES, i -> (i + lanes) % LANES);
  }

  /** The sum of the lanes: of both halves, of their halves, and so on. */
  static float sum(FloatVector x) {
    FloatVector sum = x;
    if (LANES >= 16) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (LANES >= 8) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    if (LANES >= 4) {
      sum = sum.add(sum.rearrange(BY_2));
    }
    return sum.add(sum.rearrange(BY_1)).lane(0);
  }

  /** e to the power of x, to 2e-7 of it; 0 where that is no normal number. */
  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(all(LOG2_E), all(ROUNDING));
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector r = n.fma(all(-LN_2_LOW), n.fma(all(-LN_2_HIGH), x));
    FloatVector p = all(1.9875691500e-4f);
    p = p.fma(r, all(1.3981999507e-3f));
    p = p.fma(r, all(8.3334519073e-3f));
    p = p.fma(r, all(4.1665795894e-2f));
    p = p.fma(r, all(1.6666665459e-1f));
    p = p.fma(r, all(5.0000001201e-1f));
    p = p.fma(r.mul(r), r).add(1f);
    // The whole number becomes the exponent.
    FloatVector power =
        shifted
            .reinterpretAsInts()
            .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
            .add(p.reinterpretAsInts())
            .reinterpretAsFloats();
    return power
        .blend(0f, x.compare(VectorOperators.LT, LOWEST))
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, HIGHEST));
  }

  /** The hyperbolic tangent, to 3e-7 of it. */
  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector square = x.mul(x);
    FloatVector p = all(-5.70498872745e-3f);
    p = p.fma(square, all(2.06390887954e-2f));
    p = p.fma(square, all(-5.37397155531e-2f));
    p = p.fma(square, all(1.33314422036e-1f));
    p = p.fma(square, all(-3.33332819422e-1f));
    FloatVector near = p.mul(square).fma(x, x);
    FloatVector far = all(1f).sub(all(2f).div(exp(size.add(size)).add(1f)));
    FloatVector signed = far.blend(far.neg(), x.compare(VectorOperators.LT, 0f));
    return signed.blend(near, size.compare(VectorOperators.LT, 0.625f));
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
