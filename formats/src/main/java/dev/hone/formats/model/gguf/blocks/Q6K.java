package dev.hone.formats.model.gguf.blocks;

import static dev.hone.formats.model.HalfFloats.f16ToFloat;
import static dev.hone.formats.model.HalfFloats.floatToF16;

import java.nio.ByteBuffer;

/**
 * Q6_K: {@code ql u8[128], qh u8[64], scales i8[16], d f16}, value {@code (d scale) (q - 32)}, one
 * scale for 16 elements. In each half of 128 elements, element 32 j + i has its low 4 bits in byte
 * {@code 32 (j mod 2) + i} of the half's 64 ql (high nibble from j = 2 on) and its upper 2 bits in
 * bits 2j of byte i of the half's 32 qh.
 */
public final class Q6K implements BlockEncoder {
  @Override
  public int elements() {
    return KScales.ELEMENTS;
  }

  @Override
  public int bytes() {
    return 128 + 64 + 16 + 2;
  }

  @Override
  public void decode(ByteBuffer data, int at, float[] out) {
    float d = f16ToFloat(data.getShort(at + 208));
    for (int element = 0; element < KScales.ELEMENTS; element++) {
      int half = element / 128;
      int j = element % 128 / 32;
      int i = element % 32;
      int low = data.get(at + 64 * half + 32 * (j & 1) + i) >>> (j < 2 ? 0 : 4) & 0xf;
      int high = data.get(at + 128 + 32 * half + i) >>> (2 * j) & 3;
      float scale = d * data.get(at + 192 + element / 16);
      out[element] = scale * ((low | high << 4) - 32);
    }
  }

  /**
   * Each 16 elements are fitted on their own; then the 16 scales are rounded to 8 bits, and the
   * elements are coded once more by what these decode to.
   */
  @Override
  public void encode(float[] in, int from, ByteBuffer out, int at) {
    int[] q = new int[KScales.ELEMENTS];
    float[] scales = new float[16];
    float extreme = 0;
    for (int group = 0; group < 16; group++) {
      scales[group] = SymmetricFit.fit(in, from + 16 * group, 16, 32, q, 16 * group);
      if (Math.abs(scales[group]) > Math.abs(extreme)) {
        extreme = scales[group];
      }
    }
    if (Math.abs(extreme) < SymmetricFit.NOTHING) {
      for (int i = 0; i < bytes(); i++) {
        out.put(at + i, (byte) 0);
      }
      return;
    }
    float inverse = -128 / extreme;
    out.putShort(at + 208, floatToF16(1 / inverse));
    float d = f16ToFloat(out.getShort(at + 208));
    for (int group = 0; group < 16; group++) {
      int scale = Math.min(127, (int) Math.rint(inverse * scales[group]));
      out.put(at + 192 + group, (byte) scale);
      float step = d * scale;
      for (int i = 16 * group; i < 16 * group + 16 && step != 0; i++) {
        q[i] = 32 + Math.max(-32, Math.min(31, (int) Math.rint(in[from + i] / step)));
      }
    }
    pack(q, out, at);
  }

  private static void pack(int[] q, ByteBuffer out, int at) {
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 32; i++) {
        int first = 128 * half + i;
        int low = at + 64 * half + i;
        out.put(low, (byte) ((q[first] & 0xf) | ((q[first + 64] & 0xf) << 4)));
        out.put(low + 32, (byte) ((q[first + 32] & 0xf) | ((q[first + 96] & 0xf) << 4)));
        int high = 0;
        for (int j = 0; j < 4; j++) {
          high |= (q[first + 32 * j] >>> 4) << (2 * j);
        }
        out.put(at + 128 + 32 * half + i, (byte) high);
      }
    }
  }
}
