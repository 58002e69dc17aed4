package dev.hone.training.kernels.cpu;

/** Q4_K: see {@link dev.hone.formats.model.gguf.blocks.Q4K}. */
final class Q4KDecoder {
  private Q4KDecoder() {}

  static void decode(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 144, offset += 256) {
      float d = Codes.half(data, at);
      float dmin = Codes.half(data, at + 2);
      for (int group = 0; group < 8; group++) {
        float scale = d * scale(data, at + 4, group);
        float minimum = dmin * minimum(data, at + 4, group);
        int shift = 4 * (group & 1);
        int qs = at + 16 + 32 * (group / 2);
        Codes.affine(data, qs, shift, 0xf, 0, scale, -minimum, out, offset + 32 * group, 32);
      }
    }
  }

  static int scale(byte[] data, int at, int group) {
    return group < 4
        ? data[at + group] & 0x3f
        : data[at + 4 + group] & 0xf | data[at + group - 4] >>> 2 & 0x30;
  }

  static int minimum(byte[] data, int at, int group) {
    return group < 4
        ? data[at + 4 + group] & 0x3f
        : data[at + 4 + group] >>> 4 & 0xf | data[at + group] >>> 2 & 0x30;
  }
}
