package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.DynamicMap;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Numbers to the nearest codes of a {@link DynamicMap} and back. Floats with the same upper 16 bits
 * lie so close together that at most one middle between two codes is among them: so these bits find
 * the lower of two codes in a table, and one comparison the nearer. A search among 256 codes would
 * take eight comparisons, none of which can be foreseen.
 */
final class CodeTable {
  private static final VectorSpecies<Float> FLOATS = SmallGemm.SPECIES;
  private static final int LANES = SmallGemm.LANES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** Whether a vector has room for a byte by lane: the smallest is of 64 bits. */
  private static final boolean VECTORS = LANES >= 8;

  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(VECTORS ? 8 * LANES : 64));

  private static final int BUCKETS = 1 << 16;
  private static final int LOW_BITS = 0xFFFF;

  private final float[] values;
  private final float[] middles;
  private final int[] lower = new int[BUCKETS];

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
      lower[bucket] = low;
    }
  }

  /**
   * {@code to[i] = } the code nearest to {@code from[i]}, for i in [start, end).
   *
   * @param indices scratch, as long as {@code from}
   */
  void encode(float[] from, byte[] to, int[] indices, int start, int end) {
    int i = start;
    for (; VECTORS && i + LANES <= end; i += LANES) {
      FloatVector numbers = FloatVector.fromArray(FLOATS, from, i);
      numbers.reinterpretAsInts().lanewise(VectorOperators.LSHR, 16).intoArray(indices, i);
      IntVector low = IntVector.fromArray(INTS, lower, 0, indices, i);
      low.intoArray(indices, i);
      FloatVector middle = FloatVector.fromArray(FLOATS, middles, 0, indices, i);
      VectorMask<Integer> above = numbers.compare(VectorOperators.GT, middle).cast(INTS);
      ((ByteVector) low.add(1, above).convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(to, i);
    }
    for (; i < end; i++) {
      int code = lower[Float.floatToRawIntBits(from[i]) >>> 16];
      to[i] = (byte) (from[i] > middles[code] ? code + 1 : code);
    }
  }

  /**
   * {@code to[i] = factor *} what the code {@code from[i]} stands for, for i in [start, end).
   *
   * @param indices scratch, as long as {@code from}
   */
  void decode(byte[] from, float factor, float[] to, int[] indices, int start, int end) {
    int i = start;
    for (; VECTORS && i + LANES <= end; i += LANES) {
      ((IntVector) ByteVector.fromArray(BYTES, from, i).convertShape(VectorOperators.B2I, INTS, 0))
          .lanewise(VectorOperators.AND, 0xFF)
          .intoArray(indices, i);
      FloatVector.fromArray(FLOATS, values, 0, indices, i).mul(factor).intoArray(to, i);
    }
    for (; i < end; i++) {
      to[i] = values[from[i] & 0xFF] * factor;
    }
  }
}
