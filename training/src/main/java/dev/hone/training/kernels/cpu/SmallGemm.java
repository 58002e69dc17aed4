package dev.hone.training.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Matrix products of the size of one attention head, where a call into a library costs more than
 * the work.
 *
 * <p>{@code C[m, n] (+)= A[m, k] · B[k, n]}, B and C row-major with n a multiple of {@link #LANES},
 * A with any strides, so that a transposed A needs no copy. A tile of four rows by two vectors
 * stays in registers over the whole of k.
 */
final class SmallGemm {
  static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  static final int LANES = SPECIES.length();

  private SmallGemm() {}

  /**
   * The next multiple of the vector length: the width to which scratch rows are padded with zeros.
   */
  static int padded(int width) {
    return (width + LANES - 1) / LANES * LANES;
  }

  /**
   * Multiplies.
   *
   * @param aRow distance from one row of A to the next
   * @param aColumn distance from one column of A to the next
   * @param accumulate whether to add to C instead of overwriting it
   */
  static void multiply(
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      float[] c,
      int cOffset,
      int cRow,
      int m,
      int n,
      int k,
      boolean accumulate) {
    int row = 0;
    for (; row + 4 <= m; row += 4) {
      int aStart = aOffset + row * aRow;
      int cStart = cOffset + row * cRow;
      int column = 0;
      for (; column + 2 * LANES <= n; column += 2 * LANES) {
        tile4x2(
            a,
            aStart,
            aRow,
            aColumn,
            b,
            bOffset + column,
            bRow,
            c,
            cStart + column,
            cRow,
            k,
            accumulate);
      }
      if (column < n) {
        tile4x1(
            a,
            aStart,
            aRow,
            aColumn,
            b,
            bOffset + column,
            bRow,
            c,
            cStart + column,
            cRow,
            k,
            accumulate);
      }
    }
    for (; row < m; row++) {
      int aStart = aOffset + row * aRow;
      int cStart = cOffset + row * cRow;
      for (int column = 0; column < n; column += LANES) {
        tile1x1(a, aStart, aColumn, b, bOffset + column, bRow, c, cStart + column, k, accumulate);
      }
    }
  }

  private static FloatVector start(float[] c, int offset, boolean accumulate) {
    return accumulate ? FloatVector.fromArray(SPECIES, c, offset) : FloatVector.zero(SPECIES);
  }

  private static void tile4x2(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int cRow,
      int k,
      boolean accumulate) {
    FloatVector c00 = start(c, c0, accumulate);
    FloatVector c01 = start(c, c0 + LANES, accumulate);
    FloatVector c10 = start(c, c0 + cRow, accumulate);
    FloatVector c11 = start(c, c0 + cRow + LANES, accumulate);
    FloatVector c20 = start(c, c0 + 2 * cRow, accumulate);
    FloatVector c21 = start(c, c0 + 2 * cRow + LANES, accumulate);
    FloatVector c30 = start(c, c0 + 3 * cRow, accumulate);
    FloatVector c31 = start(c, c0 + 3 * cRow + LANES, accumulate);
    int ai = a0;
    int bi = b0;
    for (int i = 0; i < k; i++, ai += aColumn, bi += bRow) {
      FloatVector left = FloatVector.fromArray(SPECIES, b, bi);
      FloatVector right = FloatVector.fromArray(SPECIES, b, bi + LANES);
      FloatVector factor = FloatVector.broadcast(SPECIES, a[ai]);
      c00 = left.fma(factor, c00);
      c01 = right.fma(factor, c01);
      factor = FloatVector.broadcast(SPECIES, a[ai + aRow]);
      c10 = left.fma(factor, c10);
      c11 = right.fma(factor, c11);
      factor = FloatVector.broadcast(SPECIES, a[ai + 2 * aRow]);
      c20 = left.fma(factor, c20);
      c21 = right.fma(factor, c21);
      factor = FloatVector.broadcast(SPECIES, a[ai + 3 * aRow]);
      c30 = left.fma(factor, c30);
      c31 = right.fma(factor, c31);
    }
    c00.intoArray(c, c0);
    c01.intoArray(c, c0 + LANES);
    c10.intoArray(c, c0 + cRow);
    c11.intoArray(c, c0 + cRow + LANES);
    c20.intoArray(c, c0 + 2 * cRow);
    c21.intoArray(c, c0 + 2 * cRow + LANES);
    c30.intoArray(c, c0 + 3 * cRow);
    c31.intoArray(c, c0 + 3 * cRow + LANES);
  }

  private static void tile4x1(
      float[] a,
      int a0,
      int aRow,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int cRow,
      int k,
      boolean accumulate) {
    FloatVector sum0 = start(c, c0, accumulate);
    FloatVector sum1 = start(c, c0 + cRow, accumulate);
    FloatVector sum2 = start(c, c0 + 2 * cRow, accumulate);
    FloatVector sum3 = start(c, c0 + 3 * cRow, accumulate);
    int ai = a0;
    int bi = b0;
    for (int i = 0; i < k; i++, ai += aColumn, bi += bRow) {
      FloatVector right = FloatVector.fromArray(SPECIES, b, bi);
      sum0 = right.fma(FloatVector.broadcast(SPECIES, a[ai]), sum0);
      sum1 = right.fma(FloatVector.broadcast(SPECIES, a[ai + aRow]), sum1);
      sum2 = right.fma(FloatVector.broadcast(SPECIES, a[ai + 2 * aRow]), sum2);
      sum3 = right.fma(FloatVector.broadcast(SPECIES, a[ai + 3 * aRow]), sum3);
    }
    sum0.intoArray(c, c0);
    sum1.intoArray(c, c0 + cRow);
    sum2.intoArray(c, c0 + 2 * cRow);
    sum3.intoArray(c, c0 + 3 * cRow);
  }

  private static void tile1x1(
      float[] a,
      int a0,
      int aColumn,
      float[] b,
      int b0,
      int bRow,
      float[] c,
      int c0,
      int k,
      boolean accumulate) {
    FloatVector sum = start(c, c0, accumulate);
    int ai = a0;
    int bi = b0;
    for (int i = 0; i < k; i++, ai += aColumn, bi += bRow) {
      sum = FloatVector.fromArray(SPECIES, b, bi).fma(FloatVector.broadcast(SPECIES, a[ai]), sum);
    }
    sum.intoArray(c, c0);
  }
}
