package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;
import static dev.hone.formats.model.HalfFloats.floatToF16;

import java.nio.ByteBuffer;

/** Q8_0: {@code d f16, q i8[32]}, value {@code d q}. */
public final class Q80 implements BlockEncoder {
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

  /** d is the largest magnitude by 127, halves are rounded away from zero. */
  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    float largest = 0;
    for (int i = 0; i < Nibbles.ELEMENTS; i++) {
      largest = Math.max(largest, Math.abs(in[from + i]));
    }
    float d = largest / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    out.putShort(at, floatToF16(d));
    for (int i = 0; i < Nibbles.ELEMENTS; i++) {
      double value = in[from + i] * inverse;
      out.put(at + 2 + i, (byte) (value + Math.copySign(0.5, value)));
    }
  }
}
