package dev.hone.formats.model.gguf.blocks;

import java.nio.ByteBuffer;

/** Plain float32. */
public final class F32 implements BlockFormat {
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
}
