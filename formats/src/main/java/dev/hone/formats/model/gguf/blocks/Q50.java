package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;
import static dev.hone.formats.model.HalfFloats.floatToF16;

import java.nio.ByteBuffer;

/** Q5_0: {@code d f16, qh u32, qs u8[16]}, value {@code d (q - 16)}. */
public final class Q50 implements BlockEncoder {
  @Override
  public int elements() {
    return Nibbles.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 4 + 16;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    Nibbles.centred(data, at + 6, data.getInt(at + 2), d, 16, out);
  }

  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    int[] q = new int[Nibbles.ELEMENTS];
    out.putShort(at, floatToF16(Nibbles.centre(in, from, 16, q)));
    int highBits = 0;
    for (int i = 0; i < q.length; i++) {
      highBits |= (q[i] >>> 4) << i;
    }
    out.putInt(at + 2, highBits);
    Nibbles.pack(q, out, at + 6);
  }
}
