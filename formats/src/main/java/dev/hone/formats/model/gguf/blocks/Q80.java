package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/** Q8_0: {@code d f16, q i8[32]}, value {@code d q}. */
public final class Q80 implements BlockFormat {
  @Override
  public int elements() {
    return Nibbles.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 32;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    for (int i = 0; i < Nibbles.ELEMENTS; i++) {
      out[i] = d * data.get(at + 2 + i);
    }
  }
}
