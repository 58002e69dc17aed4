package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;
import static dev.hone.formats.model.HalfFloats.floatToF16;

import java.nio.ByteBuffer;

/** Q4_0: {@code d f16, qs u8[16]}, value {@code d (q - 8)}. */
public final class Q40 implements BlockEncoder {
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

  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    int[] q = new int[Nibbles.ELEMENTS];
    out.putShort(at, floatToF16(Nibbles.centre(in, from, 8, q)));
    Nibbles.pack(q, out, at + 2);
  }
}
