package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/** Q4_1: {@code d f16, m f16, qs u8[16]}, value {@code d q + m}. */
public final class Q41 implements BlockFormat {
  @Override
  public int elements() {
    return Nibbles.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 2 + 16;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    float m = f16ToFloat(data.getShort(at + 2));
    Nibbles.shifted(data, at + 4, 0, d, m, out);
  }
}
