package dev.hone.formats.model;

/**
 * The two 16-bit float formats, to float and back. To float is exact; back rounds to nearest, ties
 * to even, as PyTorch does. (The JDK has the IEEE pair from 20 on only.)
 */
public final class HalfFloats {
  private HalfFloats() {}

  /** IEEE binary16 (1 sign, 5 exponent, 10 fraction bits) to float. */
  public static float f16ToFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) { // infinity and NaN
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) { // zero and subnormals: fraction x 2^-24, exact in float
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }

  /** Float to IEEE binary16; too large becomes infinity. */
  public static short floatToF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | (magnitude >>> 13 & 0x3ff));
    }
    if (magnitude >= 0x47800000) { // 65536 and infinity; 65520 to 65536 carries over by rounding
      return (short) (sign | 0x7c00);
    }
    if (magnitude
        < 0x38800000) { // below 2^-14: the grid is 2^-24, and the float adder rounds to it
      float grid = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(grid) - Float.floatToRawIntBits(0.5f)));
    }
    int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | (rounded - 0x38000000) >>> 13);
  }

  /** bfloat16, the upper half of a float, to float. */
  public static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Float to bfloat16. */
  public static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) { // rounding could carry a NaN into infinity
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
