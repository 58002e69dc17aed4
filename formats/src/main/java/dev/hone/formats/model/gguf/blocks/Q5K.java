package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/**
 * Q5_K: as Q4_K, with {@code qh u8[32]} before qs: bit g of byte i is the fifth bit of element i of
 * group g.
 */
public final class Q5K implements BlockFormat {
  @Override
  public int elements() {
    return KScales.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 2 + 2 + KScales.BYTES + 32 + 128;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at));
    float dmin = f16ToFloat(data.getShort(at + 2));
    int qh = at + 4 + KScales.BYTES;
    int qs = qh + 32;
    for (int group = 0; group < 8; group++) {
      float scale = d * KScales.scale(data, at + 4, group);
      float minimum = dmin * KScales.minimum(data, at + 4, group);
      int shift = 4 * (group & 1);
      for (int i = 0; i < 32; i++) {
        int low = data.get(qs + 32 * (group / 2) + i) >>> shift & 0xf;
        int q = low | (data.get(qh + i) >>> group & 1) << 4;
        out[32 * group + i] = scale * q - minimum;
      }
    }
  }
}
