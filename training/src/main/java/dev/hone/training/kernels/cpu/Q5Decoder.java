package dev.hone.training.kernels.cpu;

/**
 * Q5_0 and Q5_1: see {@link dev.hone.formats.model.gguf.blocks.Q50} and {@link
 * dev.hone.formats.model.gguf.blocks.Q51}.
 */
final class Q5Decoder {
  private static final ThreadLocal<byte[]> CODES = ThreadLocal.withInitial(() -> new byte[32]);

  private Q5Decoder() {}

  /** Q5_0, {@code d (q - 16)}. */
  static void centred(byte[] data, int at, int blocks, float[] out, int offset) {
    byte[] codes = CODES.get();
    for (int i = 0; i < blocks; i++, at += 22, offset += 32) {
      join(data, at + 2, codes);
      float d = Codes.half(data, at);
      Codes.affine(codes, 0, 0, 0x1f, 16, d, Codes.NOTHING, out, offset, 32);
    }
  }

  /** Q5_1, {@code d q + m}. */
  static void shifted(byte[] data, int at, int blocks, float[] out, int offset) {
    byte[] codes = CODES.get();
    for (int i = 0; i < blocks; i++, at += 24, offset += 32) {
      join(data, at + 4, codes);
      float d = Codes.half(data, at);
      Codes.affine(codes, 0, 0, 0x1f, 0, d, Codes.half(data, at + 2), out, offset, 32);
    }
  }

  /** The low four bits of all elements, and the fifth, which comes before them. */
  private static void join(byte[] data, int qh, byte[] codes) {
    int high = Codes.word(data, qh);
    int qs = qh + 4;
    for (int i = 0; i < 16; i++) {
      int pair = data[qs + i];
      codes[i] = (byte) (pair & 0xf | (high >>> i & 1) << 4);
      codes[i + 16] = (byte) (pair >>> 4 & 0xf | (high >>> i + 16 & 1) << 4);
    }
  }
}
