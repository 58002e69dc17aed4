package dev.hone.training.kernels.cpu;

/**
 * Q4_0 and Q4_1: see {@link dev.hone.formats.model.gguf.blocks.Q40} and {@link
 * dev.hone.formats.model.gguf.blocks.Q41}.
 */
final class Q4Decoder {
  private Q4Decoder() {}

  /** Q4_0, {@code d (q - 8)}. */
  static void centred(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 18, offset += 32) {
      float d = Codes.half(data, at);
      Codes.affine(data, at + 2, 0, 0xf, 8, d, Codes.NOTHING, out, offset, 16);
      Codes.affine(data, at + 2, 4, 0xf, 8, d, Codes.NOTHING, out, offset + 16, 16);
    }
  }

  /** Q4_1, {@code d q + m}. */
  static void shifted(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 20, offset += 32) {
      float d = Codes.half(data, at);
      float m = Codes.half(data, at + 2);
      Codes.affine(data, at + 4, 0, 0xf, 0, d, m, out, offset, 16);
      Codes.affine(data, at + 4, 4, 0xf, 0, d, m, out, offset + 16, 16);
    }
  }
}
