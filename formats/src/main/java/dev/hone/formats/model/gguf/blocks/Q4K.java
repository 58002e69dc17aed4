package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;

import java.nio.ByteBuffer;

/**
 * Q4_K: {@code d f16, dmin f16, scales u8[12], qs u8[128]}, value {@code (d scale) q - (dmin
 * minimum)}. Each 32 bytes of qs hold group 2k in their low and group 2k + 1 in their high nibbles.
 */
public final class Q4K implements BlockEncoder {
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

  /**
   * Each group is fitted on its own; then all scales and minimums are rounded to 6 bits, and the
   * elements are coded once more by what these decode to.
   */
  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    AffineFit fit = new AffineFit(32, 15);
    float[] scales = new float[8];
    float[] minimums = new float[8];
    int[] q = new int[KScales.ELEMENTS];
    for (int group = 0; group < 8; group++) {
      fit.fit(in, from + 32 * group, q, 32 * group);
      scales[group] = fit.scale();
      minimums[group] = fit.minimum();
    }
    KScales.pack(scales, minimums, out, at);
    float d = f16ToFloat(out.getShort(at));
    float dmin = f16ToFloat(out.getShort(at + 2));
    int qs = at + 4 + KScales.BYTES;
    for (int group = 0; group < 8; group++) {
      float scale = d * KScales.scale(out, at + 4, group);
      float minimum = dmin * KScales.minimum(out, at + 4, group);
      for (int i = 32 * group; i < 32 * group + 32 && scale != 0; i++) {
        q[i] = Math.max(0, Math.min(15, (int) Math.rint((in[from + i] + minimum) / scale)));
      }
    }
    for (int i = 0; i < 128; i++) {
      int low = 64 * (i / 32) + i % 32;
      out.put(qs + i, (byte) (q[low] | (q[low + 32] << 4)));
    }
  }
}
