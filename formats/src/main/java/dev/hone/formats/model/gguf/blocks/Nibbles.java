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

  /**
   * Codes from 0 to 2 zero - 1 of values around zero. The value of largest magnitude is given code
   * 0, which is one step further from zero than the highest.
   *
   * @param q gets the codes
   * @return d
   */
  static float centre(float[] in, int from, int zero, int[] q) {
    float extreme = 0;
    for (int i = 0; i < ELEMENTS; i++) {
      if (Math.abs(in[from + i]) > Math.abs(extreme)) {
        extreme = in[from + i];
      }
    }
    float d = extreme / -zero;
    float inverse = d == 0 ? 0 : 1 / d;
    for (int i = 0; i < ELEMENTS; i++) {
      q[i] = Math.min(2 * zero - 1, (int) (in[from + i] * inverse + (zero + 0.5f)));
    }
    return d;
  }

  /** Writes the low 4 bits of 32 codes as 16 bytes. */
  static void pack(int[] q, ByteBuffer out, int qs) {
    for (int i = 0; i < ELEMENTS / 2; i++) {
      out.put(qs + i, (byte) ((q[i] & 0xf) | ((q[i + 16] & 0xf) << 4)));
    }
  }
}
