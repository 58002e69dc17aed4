package dev.hone.training.kernels.cpu;

/** Q8_0: see {@link dev.hone.formats.model.gguf.blocks.Q80}. */
final class Q8Decoder {
  private Q8Decoder() {}

  static void decode(byte[] data, int at, int blocks, float[] out, int offset) {
    for (int i = 0; i < blocks; i++, at += 34, offset += 32) {
      float d = Codes.half(data, at);
      Codes.affine(data, at + 2, 0, -1, 0, d, Codes.NOTHING, out, offset, 32);
    }
  }
}
