package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/**
 * Q6_K: {@code ql u8[128], qh u8[64], scales i8[16], d f16}, value {@code (d scale) (q - 32)}, one
 * scale for 16 elements. In each half of 128 elements, element 32 j + i has its low 4 bits in byte
 * {@code 32 (j mod 2) + i} of the half's 64 ql (high nibble from j = 2 on) and its upper 2 bits in
 * bits 2j of byte i of the half's 32 qh.
 */
public final class Q6K implements BlockFormat {
  @Override
  public int elements() {
    return KScales.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 128 + 64 + 16 + 2;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at + 208));
    for (int element = 0; element < KScales.ELEMENTS; element++) {
      int half = element / 128;
      int j = element % 128 / 32;
      int i = element % 32;
      int low = data.get(at + 64 * half + 32 * (j & 1) + i) >>> (j < 2 ? 0 : 4) & 0xf;
      int high = data.get(at + 128 + 32 * half + i) >>> (2 * j) & 3;
      float scale = d * data.get(at + 192 + element / 16);
      out[element] = scale * ((low | high << 4) - 32);
    }
  }
}
