package dev.hone.training.kernels.cpu;

/** Plain 16-bit floats, which a GGUF file may have beside its quantized tensors. */
final class HalfDecoder {
  private HalfDecoder() {}

  /** IEEE half precision. */
  static void f16(byte[] data, int at, int count, float[] out, int offset) {
    for (int i = 0; i < count; i++) {
      out[offset + i] = Codes.half(data, at + 2 * i);
    }
  }

  /** bfloat16. */
  static void bf16(byte[] data, int at, int count, float[] out, int offset) {
    for (int i = 0; i < count; i++) {
      int bits = (data[at + 2 * i] & 0xff) << 16 | data[at + 2 * i + 1] << 24;
      out[offset + i] = Float.intBitsToFloat(bits);
    }
  }
}
