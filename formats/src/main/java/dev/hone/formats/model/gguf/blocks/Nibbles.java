package dev.hone.formats.model.gguf.blocks;

import java.nio.ByteBuffer;

/**
 * The older formats of 32 elements with 4 or 5 bits each: {@code d f16, [m f16], [qh u32], qs
 * u8[16]}. Byte i of qs holds the low 4 bits of element i (low nibble) and of element i + 16 (high
 * nibble); bit i of qh is the fifth bit of element i. With a minimum m the value is {@code d q +
 * m}, without {@code d (q - 8)} or {@code d (q - 16)}.
 */
final class Nibbles {
  static final int ELEMENTS = 32;

  private Nibbles() {}

  /** Element i of a block, unsigned; fifth bits are taken from {@code highBits}. */
  static int element(ByteBuffer data, int qs, int highBits, int i) {
    int packed = data.get(qs + (i & 15));
    int low = i < 16 ? packed & 0xf : packed >>> 4 & 0xf;
    return low | (highBits >>> i & 1) << 4;
  }

  /** {@code d (q - zero)}. */
  static void centred(ByteBuffer data, int qs, int highBits, float d, int zero, float[] out) {
    for (int i = 0; i < ELEMENTS; i++) {
      out[i] = d * (element(data, qs, highBits, i) - zero);
    }
  }

  /** {@code d q + m}. */
  static void shifted(ByteBuffer data, int qs, int highBits, float d, float m, float[] out) {
    for (int i = 0; i < ELEMENTS; i++) {
      out[i] = d * element(data, qs, highBits, i) + m;
    }
  }
}
