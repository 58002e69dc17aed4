package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.DynamicMap;

/**
 * Numbers to the nearest codes of a {@link DynamicMap} and back. Floats with the same upper 16 bits
 * lie so close together that at most one middle between two codes is among them: so these bits find
 * the lower of two codes in a table, and one comparison the nearer. A search among 256 codes would
 * take eight comparisons, none of which can be foreseen. One number after the other: gathering from
 * tables by vector lanes was measured to be no faster.
 */
final class CodeTable {
  private static final int BUCKETS = 1 << 16;
  private static final int LOW_BITS = 0xFFFF;

  private final float[] values;
  private final float[] middles;
  private final byte[] lower = new byte[BUCKETS];

  CodeTable(DynamicMap map) {
    this.values = map.values();
    this.middles = map.middles();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      float one = Float.intBitsToFloat(bucket << 16);
      float other = Float.intBitsToFloat(bucket << 16 | LOW_BITS);
      int low = map.nearest(Math.min(one, other));
      if (map.nearest(Math.max(one, other)) > low + 1) {
        throw new IllegalStateException(
            "three codes between " + one + " and " + other + " cannot be told apart");
      }
      lower[bucket] = (byte) low;
    }
  }

  /** {@code to[i] = } the code nearest to {@code from[i]}, for i in [start, end). */
  void encode(float[] from, byte[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      float value = from[i];
      int code = lower[Float.floatToRawIntBits(value) >>> 16] & 0xFF;
      // The sign of the difference instead of a comparison: no branch that is guessed wrongly.
      to[i] = (byte) (code + (Float.floatToRawIntBits(middles[code] - value) >>> 31));
    }
  }

  /** {@code to[i] = factor *} what the code {@code from[i]} stands for, for i in [start, end). */
  void decode(byte[] from, float factor, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = values[from[i] & 0xFF] * factor;
    }
  }
}
