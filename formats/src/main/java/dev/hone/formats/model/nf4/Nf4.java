package dev.hone.formats.model.nf4;

import dev.hone.formats.model.gguf.blocks.BlockFormat;
import java.nio.ByteBuffer;

/**
 * 64 elements: {@code absmax f32, codes u8[32]}, value {@code absmax * VALUES[code]}. Byte i holds
 * element 2i in its high and element 2i + 1 in its low nibble.
 */
public final class Nf4 implements BlockFormat {
  static final int ELEMENTS = 64;

  /** The 16 values, bitsandbytes' {@code functional.get_4bit_type("nf4")}. */
  private static final float[] VALUES = {
    -1.0f,
    -0.6961928f,
    -0.52507305f,
    -0.3949175f,
    -0.28444138f,
    -0.18477343f,
    -0.091050036f,
    0.0f,
    0.0795803f,
    0.1609302f,
    0.2461123f,
    0.33791524f,
    0.44070983f,
    0.562617f,
    0.72295684f,
    1.0f
  };

  /**
   * Half-way between neighbours, as bitsandbytes' {@code dQuantizeNF4} has them; the last is no
   * bound.
   */
  private static final float[] BOUNDS = {
    -0.8480964f,
    -0.6106329f,
    -0.45999527f,
    -0.33967942f,
    -0.2346074f,
    -0.13791174f,
    -0.045525018f,
    0.03979015f,
    0.12025525f,
    0.20352125f,
    0.29201376f,
    0.38931254f,
    0.50166345f,
    0.6427869f,
    0.86147845f,
    Float.POSITIVE_INFINITY
  };

  /** Intervals of [-1, 1] that are so short that no more than one bound lies in each. */
  private static final int BINS = 64;

  /** The code of a bin's values up to its bound. */
  private static final byte[] LOWER = new byte[BINS];

  static {
    for (int bin = 0; bin < BINS; bin++) {
      while (BOUNDS[LOWER[bin]] < bin * 2f / BINS - 1) {
        LOWER[bin]++;
      }
    }
  }

  @Override
  public int elements() {
    return ELEMENTS;
  }

  @Override
  public int bytes() {
    return Float.BYTES + ELEMENTS / 2;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    decode(data, at + Float.BYTES, data.getFloat(at), out, 0);
  }

  /** 64 elements of a known largest magnitude. */
  static void decode(ByteBuffer data, int codes, float absmax, float[] out, int offset) {
    for (int i = 0; i < ELEMENTS / 2; i++) {
      int pair = data.get(codes + i);
      out[offset + 2 * i] = absmax * VALUES[pair >>> 4 & 0xf];
      out[offset + 2 * i + 1] = absmax * VALUES[pair & 0xf];
    }
  }

  /** The value of a code, a part of the largest magnitude. */
  public static float value(int code) {
    return VALUES[code];
  }

  /** The nearest of the 16 values to a number in [-1, 1]; half-way, the lower one. */
  static int code(float part) {
    int bin = Math.min(BINS - 1, Math.max(0, (int) ((part + 1) * (BINS / 2))));
    int lower = LOWER[bin];
    return part > BOUNDS[lower] ? lower + 1 : lower;
  }
}
