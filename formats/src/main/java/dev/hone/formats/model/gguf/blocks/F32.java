package dev.hone.formats.model.gguf.blocks;

import java.nio.ByteBuffer;

/** Plain float32. */
public final class F32 implements BlockEncoder {
  @Override
  public int elements() {
    return 1;
  }

  @Override
  public int bytes() {
    return 4;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    out[0] = data.getFloat(at);
  }

  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    out.putFloat(at, in[from]);
  }
}
