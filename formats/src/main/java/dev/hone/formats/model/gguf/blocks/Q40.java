package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/** Q4_0: {@code d f16, qs u8[16]}, value {@code d (q - 8)}. */
public final class Q40 implements BlockFormat {
  @Override
  public int elements() {
    return Nibbles.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 16;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    Nibbles.centred(data, at + 2, 0, d, 8, out);
  }
}
