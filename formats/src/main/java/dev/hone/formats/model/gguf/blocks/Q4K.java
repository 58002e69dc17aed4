package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/**
 * Q4_K: {@code d f16, dmin f16, scales u8[12], qs u8[128]}, value {@code (d scale) q - (dmin
 * minimum)}. Each 32 bytes of qs hold group 2k in their low and group 2k + 1 in their high nibbles.
 */
public final class Q4K implements BlockFormat {
  @Override
  public int elements() {
    return KScales.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 2 + KScales.BYTES + 128;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    float dmin = f16ToFloat(data.getShort(at + 2));
    int qs = at + 4 + KScales.BYTES;
    for (int group = 0; group < 8; group++) {
      float scale = d * KScales.scale(data, at + 4, group);
      float minimum = dmin * KScales.minimum(data, at + 4, group);
      int shift = 4 * (group & 1);
      for (int i = 0; i < 32; i++) {
        int q = data.get(qs + 32 * (group / 2) + i) >>> shift & 0xf;
        out[32 * group + i] = scale * q - minimum;
      }
    }
  }
}
