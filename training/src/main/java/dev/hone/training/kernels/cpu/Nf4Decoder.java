package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.nf4.DynamicCodes;
import dev.hone.formats.model.nf4.Nf4;

/**
 * {@link Nf4} and {@link dev.hone.formats.model.nf4.Nf4Double}. A byte is looked up as a whole: it
 * stands for two values.
 */
final class Nf4Decoder {
  private static final int ELEMENTS = 64;
  private static final int BLOCKS = 32; // of Nf4Double
  private static final float[] PAIRS = new float[2 * 256];

  static {
    for (int pair = 0; pair < 256; pair++) {
      PAIRS[2 * pair] = Nf4.value(pair >>> 4);
      PAIRS[2 * pair + 1] = Nf4.value(pair & 0xf);
    }
  }

  private Nf4Decoder() {}

  static void once(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 36, offset += ELEMENTS) {
      block(data, at + 4, real(data, at), out, offset);
    }
  }

  static void twice(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 8 + BLOCKS + BLOCKS * ELEMENTS / 2) {
      float mean = real(data, at);
      float scale = real(data, at + 4);
      for (int block = 0; block < BLOCKS; block++, offset += ELEMENTS) {
        float absmax = scale * DynamicCodes.value(data[at + 8 + block] & 0xff) + mean;
        block(data, at + 8 + BLOCKS + block * ELEMENTS / 2, absmax, out, offset);
      }
    }
  }

  private static void block(byte[] data, int codes, float absmax, float[] out, int offset) {
    for (int i = 0; i < ELEMENTS / 2; i++) {
      int pair = 2 * (data[codes + i] & 0xff);
      out[offset + 2 * i] = absmax * PAIRS[pair];
      out[offset + 2 * i + 1] = absmax * PAIRS[pair + 1];
    }
  }

  private static float real(byte[] data, int at) {
    return Float.intBitsToFloat(Codes.word(data, at));
  }
}
