package dev.hone.training.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * bfloat16, the upper half of a 32-bit float.
 *
 * <p>Worked example: 1.00390625 = 1 + 2⁻⁸ lies half-way between two bfloat16 and becomes the even
 * one, 1.0; 1.01171875 = 1 + 3·2⁻⁸ becomes 1.015625.
 */
public final class Bf16 {
  private static final VectorSpecies<Float> FLOATS = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
  private static final int NAN = 0x7FC0;

  private Bf16() {}

  /** Half of a float's bits, rounded to the nearest, ties to even; NaN stays NaN. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) NAN;
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  /** The float with these upper bits. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** {@code to[toOffset + i] = from[i]} for i in [0, n). */
  public static void widen(short[] from, float[] to, int toOffset, int n) {
    int i = 0;
    for (; i < FLOATS.loopBound(n); i += LANES) {
      widened(from, i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(to, toOffset + i);
    }
    for (; i < n; i++) {
      to[toOffset + i] = toFloat(from[i]);
    }
  }

  /** {@code to[i] = from[fromOffset + i]}, rounded, for i in [0, n). */
  public static void narrow(float[] from, int fromOffset, short[] to, int n) {
    int i = 0;
    for (; i < FLOATS.loopBound(n); i += LANES) {
      FloatVector values = FloatVector.fromArray(FLOATS, from, fromOffset + i);
      VectorMask<Integer> nan = values.test(VectorOperators.IS_NAN).cast(INTS);
      IntVector bits = values.reinterpretAsInts();
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.AND, 1);
      IntVector upper = bits.add(odd).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) upper.blend(NAN, nan).convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoArray(to, i);
    }
    for (; i < n; i++) {
      to[i] = of(from[fromOffset + i]);
    }
  }

  /**
   * Floats as sums of three: {@code from[i] = first[i] + second[i] + third[i]}, exactly, for i in
   * [0, n). Each has the next eight of the float's 24 significant bits.
   *
   * <p>Worked example: 1 + 2⁻⁹ + 2⁻²³ is 1, 2⁻⁹ and 2⁻²³.
   */
  static void threeParts(float[] from, short[] first, short[] second, short[] third, int n) {
    int i = 0;
    for (; i < FLOATS.loopBound(n); i += LANES) {
      FloatVector values = FloatVector.fromArray(FLOATS, from, i);
      FloatVector rest = values.sub(upper(values, first, i));
      FloatVector last = rest.sub(upper(rest, second, i));
      upper(last, third, i);
    }
    for (; i < n; i++) {
      first[i] = (short) (Float.floatToRawIntBits(from[i]) >>> 16);
      float rest = from[i] - toFloat(first[i]);
      second[i] = (short) (Float.floatToRawIntBits(rest) >>> 16);
      third[i] = (short) (Float.floatToRawIntBits(rest - toFloat(second[i])) >>> 16);
    }
  }

  /** Stores the upper halves of floats, and is the floats with those alone. */
  private static FloatVector upper(FloatVector values, short[] to, int at) {
    IntVector high = values.reinterpretAsInts().lanewise(VectorOperators.LSHR, 16);
    ((ShortVector) high.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray(to, at);
    return high.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /**
   * Floats as {@link SplitTensor} holds them: {@code upper[i]} is the bfloat16 nearest to {@code
   * from[fromOffset + i]}, of two the one farther from 0, and {@code lower[i]} the lower half of
   * its bits, for i in [0, n).
   */
  static void split(float[] from, int fromOffset, short[] upper, short[] lower, int n) {
    int i = 0;
    for (; i < FLOATS.loopBound(n); i += LANES) {
      FloatVector values = FloatVector.fromArray(FLOATS, from, fromOffset + i);
      VectorMask<Integer> nan = values.test(VectorOperators.IS_NAN).cast(INTS);
      IntVector bits = values.reinterpretAsInts().blend(NAN << 16, nan);
      IntVector high = bits.add(0x8000).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) high.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray(upper, i);
      ((ShortVector) bits.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray(lower, i);
    }
    for (; i < n; i++) {
      float value = from[fromOffset + i];
      int bits = Float.isNaN(value) ? NAN << 16 : Float.floatToRawIntBits(value);
      upper[i] = (short) (bits + 0x8000 >>> 16);
      lower[i] = (short) bits;
    }
  }

  /** The floats that {@link #split} was given: {@code to[toOffset + i]}, for i in [0, n). */
  static void join(short[] upper, short[] lower, float[] to, int toOffset, int n) {
    int i = 0;
    for (; i < FLOATS.loopBound(n); i += LANES) {
      IntVector high = widened(upper, i).lanewise(VectorOperators.LSHL, 16);
      high.add(widened(lower, i)).reinterpretAsFloats().intoArray(to, toOffset + i);
    }
    for (; i < n; i++) {
      to[toOffset + i] = Float.intBitsToFloat((upper[i] << 16) + lower[i]);
    }
  }

  private static IntVector widened(short[] values, int at) {
    return (IntVector)
        ShortVector.fromArray(SHORTS, values, at).convertShape(VectorOperators.S2I, INTS, 0);
  }
}
