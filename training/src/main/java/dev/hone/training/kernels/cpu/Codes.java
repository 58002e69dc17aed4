package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.HalfFloats;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Small integers in bytes to floats, a vector at a time. */
final class Codes {
  private static final VectorSpecies<Float> FLOATS = Lanes.SPECIES;
  private static final int LANES = Lanes.LANES;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** As many bytes as there are floats in a vector; null where no vector is that short. */
  static final VectorSpecies<Byte> BYTES =
      LANES < 8 || LANES > 16
          ? null
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(Byte.SIZE * LANES));

  /** What {@link #affine} adds where there is nothing to add: it keeps the sign of a zero. */
  static final float NOTHING = -0f;

  private Codes() {}

  /**
   * {@code out[offset + i] = scale * ((codes[at + i] >>> shift & mask) - zero) + add} for i in [0,
   * n), n a multiple of 16. The product and the sum are rounded one after the other, as decoders in
   * C and numpy do.
   */
  static void affine(
      byte[] codes,
      int at,
      int shift,
      int mask,
      int zero,
      float scale,
      float add,
      float[] out,
      int offset,
      int n) {
    for (int i = 0; i < n; i += LANES) {
      IntVector wide =
          (IntVector)
              ByteVector.fromArray(BYTES, codes, at + i).convertShape(VectorOperators.B2I, INTS, 0);
      FloatVector values =
          (FloatVector)
              wide.lanewise(VectorOperators.LSHR, shift)
                  .lanewise(VectorOperators.AND, mask)
                  .sub(zero)
                  .convert(VectorOperators.I2F, 0);
      values.mul(scale).add(add).intoArray(out, offset + i);
    }
  }

  /** The half-precision number at a byte. */
  static float half(byte[] data, int at) {
    return HalfFloats.f16ToFloat((short) (data[at] & 0xff | data[at + 1] << 8));
  }

  /** The 32 bits at a byte. */
  static int word(byte[] data, int at) {
    return data[at] & 0xff
        | (data[at + 1] & 0xff) << 8
        | (data[at + 2] & 0xff) << 16
        | data[at + 3] << 24;
  }
}
