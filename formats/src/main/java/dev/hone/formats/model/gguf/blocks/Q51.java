package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/** Q5_1: {@code d f16, m f16, qh u32, qs u8[16]}, value {@code d q + m}. */
public final class Q51 implements BlockFormat {
  @Override
  public int elements() {
    return Nibbles.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 2 + 4 + 16;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    float m = f16ToFloat(data.getShort(at + 2));
    Nibbles.shifted(data, at + 8, data.getInt(at + 4), d, m, out);
  }
}
