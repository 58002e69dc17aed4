package dev.hone.formats.model.gguf.blocks;

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
}
