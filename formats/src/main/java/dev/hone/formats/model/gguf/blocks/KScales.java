package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.floatToF16;

import java.nio.ByteBuffer;

/**
 * The scales of Q4_K and Q5_K: 8 groups of 32 elements, each with a 6-bit scale and a 6-bit
 * minimum, packed into 12 bytes. Bytes 0-3 and 4-7 hold scales and minimums of groups 0-3 in their
 * low 6 bits; bytes 8-11 the low 4 bits of those of groups 4-7, whose upper 2 bits are the upper
 * bits of bytes 0-3 and 4-7.
 */
final class KScales {
  static final int ELEMENTS = 256;
  static final int BYTES = 12;

  private KScales() {}

  static int scale(ByteBuffer data, int at, int group) {
    if (group < 4) {
      return data.get(at + group) & 0x3f;
    }
    int low = data.get(at + 4 + group) & 0xf;
    return low | ((data.get(at + group - 4) >>> 2) & 0x30);
  }

  static int minimum(ByteBuffer data, int at, int group) {
    if (group < 4) {
      return data.get(at + 4 + group) & 0x3f;
    }
    int low = (data.get(at + 4 + group) >>> 4) & 0xf;
    return low | ((data.get(at + group) >>> 2) & 0x30);
  }

  /**
   * Writes d, dmin and the packed scales and minimums of a block.
   *
   * @param scales of the 8 groups, none below 0
   * @param minimums what is subtracted, none below 0
   */
  static void pack(float[] scales, float[] minimums, ByteBuffer out, int at) {
    float largestScale = largest(scales);
    float largestMinimum = largest(minimums);
    out.putShort(at, floatToF16(largestScale / 63));
    out.putShort(at + 2, floatToF16(largestMinimum / 63));
    float perScale = largestScale > 0 ? 63 / largestScale : 0;
    float perMinimum = largestMinimum > 0 ? 63 / largestMinimum : 0;
    int[] packed = new int[BYTES];
    for (int group = 0; group < 8; group++) {
      int scale = Math.min(63, (int) Math.rint(perScale * scales[group]));
      int minimum = Math.min(63, (int) Math.rint(perMinimum * minimums[group]));
      if (group < 4) {
        packed[group] = scale;
        packed[group + 4] = minimum;
      } else {
        packed[group + 4] = (scale & 0xf) | ((minimum & 0xf) << 4);
        packed[group - 4] |= (scale >>> 4) << 6;
        packed[group] |= (minimum >>> 4) << 6;
      }
    }
    for (int i = 0; i < BYTES; i++) {
      out.put(at + 4 + i, (byte) packed[i]);
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }
}
