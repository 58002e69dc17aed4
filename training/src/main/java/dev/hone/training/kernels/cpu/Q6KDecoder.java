package dev.hone.training.kernels.cpu;

/** Q6_K: see {@link dev.hone.formats.model.gguf.blocks.Q6K}. */
final class Q6KDecoder {
  private static final ThreadLocal<byte[]> CODES = ThreadLocal.withInitial(() -> new byte[256]);

  private Q6KDecoder() {}

  static void decode(byte[] data, int at, int blocks, float[] out, int offset) {
    byte[] codes = CODES.get();
    for (int i = 0; i < blocks; i++, at += 210, offset += 256) {
      float d = Codes.half(data, at + 208);
      join(data, at, codes);
      for (int group = 0; group < 16; group++) {
        float scale = d * data[at + 192 + group];
        int from = 16 * group;
        Codes.affine(codes, from, 0, 0x3f, 32, scale, Codes.NOTHING, out, offset + from, 16);
      }
    }
  }

  /** The low four and the high two bits of all elements. */
  private static void join(byte[] data, int at, byte[] codes) {
    for (int half = 0; half < 2; half++) {
      int ql = at + 64 * half;
      int qh = at + 128 + 32 * half;
      int to = 128 * half;
      for (int i = 0; i < 32; i++) {
        int high = data[qh + i];
        int first = data[ql + i];
        int second = data[ql + 32 + i];
        codes[to + i] = (byte) (first & 0xf | (high & 3) << 4);
        codes[to + 32 + i] = (byte) (second & 0xf | (high & 0xc) << 2);
        codes[to + 64 + i] = (byte) (first >>> 4 & 0xf | high & 0x30);
        codes[to + 96 + i] = (byte) (second >>> 4 & 0xf | high >>> 2 & 0x30);
      }
    }
  }
}
