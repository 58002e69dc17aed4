package dev.hone.formats.model.gguf.blocks;

import dev.hone.formats.model.HalfFloats;
import java.nio.ByteBuffer;

/** Plain IEEE half precision. */
public final class F16 implements BlockEncoder {
  @Override
  public int elements() {
    return 1;
  }

  @Override
  public int bytes() {
    return 2;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    out[0] = HalfFloats.f16ToFloat(data.getShort(at));
  }

  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    out.putShort(at, HalfFloats.floatToF16(in[from]));
  }
}
