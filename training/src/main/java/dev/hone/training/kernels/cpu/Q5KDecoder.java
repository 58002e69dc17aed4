package dev.hone.training.kernels.cpu;

/** Q5_K: see {@link dev.hone.formats.model.gguf.blocks.Q5K}. */
final class Q5KDecoder {
  private static final ThreadLocal<byte[]> CODES = ThreadLocal.withInitial(() -> new byte[32]);

  private Q5KDecoder() {}

  static void decode(byte[] data, int at, int blocks, float[] out, int offset) {
    byte[] codes = CODES.get();
    for (int i = 0; i < blocks; i++, at += 176, offset += 256) {
      float d = Codes.half(data, at);
      float dmin = Codes.half(data, at + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * Q4KDecoder.scale(data, at + 4, group);
        float minimum = dmin * Q4KDecoder.minimum(data, at + 4, group);
        join(data, at + 48 + 32 * (group / 2), at + 16, group, codes);
        Codes.affine(codes, 0, 0, 0x1f, 0, scale, -minimum, out, offset + 32 * group, 32);
      }
    }
  }

  private static void join(byte[] data, int qs, int qh, int group, byte[] codes) {
    int shift = 4 * (group & 1);
    for (int i = 0; i < 32; i++) {
      codes[i] = (byte) (data[qs + i] >>> shift & 0xf | (data[qh + i] >>> group & 1) << 4);
    }
  }
}
