package dev.hone.training.model;

import static org.bytedeco.openblas.global.openblas.CblasColMajor;
import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.CblasUpper;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgeqrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dorgqr;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevr;
import static org.bytedeco.openblas.global.openblas.LAPACK_COL_MAJOR;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;
import static org.bytedeco.openblas.global.openblas.cblas_dsyrk;

import dev.hone.training.kernels.CounterRandom;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The largest singular values of a matrix {@code [rows, columns]} and their vectors, by LAPACK:
 * {@code U diag(S) Vᵀ} is the nearest matrix of that rank. LAPACK counts down columns, so the
 * matrix is its transpose there.
 *
 * <p>Example: of {@code [[3, 0], [0, 0], [0, -2]]} and rank 1 the value is 3, and the product of
 * both vectors has a 1 in its first place.
 *
 * @param values S, the largest first, {@code [rank]}
 * @param left U, {@code [rows, rank]}; zeros for a value of 0
 * @param right Vᵀ, {@code [rank, columns]}; zeros for a value of 0
 */
record SingularVectors(double[] values, double[] left, double[] right) {

  /**
   * Exactly, from the eigenvectors of the smaller of {@code W Wᵀ} and {@code Wᵀ W}: only those
   * asked for are computed. The squares cost digits of the small values, which are not asked for.
   *
   * @throws ArithmeticException if a value of the matrix is not finite
   */
  static SingularVectors of(DoublePointer matrix, int rows, int columns, int rank) {
    boolean tall = rows > columns;
    int small = Math.min(rows, columns);
    int large = Math.max(rows, columns);
    try (DoublePointer squares = new DoublePointer((long) small * small);
        DoublePointer eigenvalues = new DoublePointer((long) small);
        DoublePointer near = new DoublePointer((long) small * rank);
        DoublePointer far = new DoublePointer((long) large * rank);
        IntPointer found = new IntPointer(1L);
        IntPointer support = new IntPointer(2L * rank)) {
      cblas_dsyrk(
          CblasColMajor,
          CblasUpper,
          tall ? CblasNoTrans : CblasTrans,
          small,
          large,
          1,
          matrix,
          columns,
          0,
          squares,
          small);
      require(
          "dsyevr",
          LAPACKE_dsyevr(
              LAPACK_COL_MAJOR,
              (byte) 'V',
              (byte) 'I',
              (byte) 'U',
              small,
              squares,
              small,
              0,
              0,
              small - rank + 1,
              small,
              0,
              found,
              eigenvalues,
              near,
              small,
              support));
      multiply(tall ? CblasTrans : CblasNoTrans, large, rank, small, matrix, columns, near, far);
      double[] v = vectors(tall ? near : far, columns, rank);
      double[] u = vectors(tall ? far : near, rows, rank);
      return normalised(u, v, rows, columns, rank);
    }
  }

  /**
   * Those of the matrix in a subspace that it is nearly in, found by multiplying random vectors
   * with it again and again (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1), as {@code
   * torch.svd_lowrank} does with {@code q} the rank: a few thin products.
   *
   * @param iterations products with the matrix and its transpose after the first
   * @throws ArithmeticException if a value of the matrix is not finite
   */
  static SingularVectors near(
      DoublePointer matrix, int rows, int columns, int rank, int iterations, long seed) {
    try (DoublePointer basis = new DoublePointer((long) columns * rank);
        DoublePointer image = new DoublePointer((long) rows * rank)) {
      for (long i = 0; i < (long) rows * rank; i++) {
        image.put(i, CounterRandom.normal(seed, i));
      }
      for (int pass = 0; pass <= iterations; pass++) {
        multiply(CblasNoTrans, columns, rank, rows, matrix, columns, image, basis);
        orthonormalise(basis, columns, rank);
        multiply(CblasTrans, rows, rank, columns, matrix, columns, basis, image);
        if (pass < iterations) {
          orthonormalise(image, rows, rank);
        }
      }
      // The matrix is nearly image basisᵀ, and the image lies here as its transpose.
      SingularVectors inside = of(image, rank, rows, rank);
      double[] right = new double[rank * columns];
      for (int k = 0; k < rank; k++) {
        for (int j = 0; j < rank; j++) {
          double factor = inside.left[j * rank + k];
          for (int i = 0; i < columns; i++) {
            right[k * columns + i] += factor * basis.get((long) j * columns + i);
          }
        }
      }
      return new SingularVectors(inside.values, transposed(inside.right, rank, rows), right);
    }
  }

  /** Of vectors of which one side is as long as the singular values, those of length 1. */
  private static SingularVectors normalised(
      double[] u, double[] v, int rows, int columns, int rank) {
    double[] values = new double[rank];
    for (int k = 0; k < rank; k++) {
      double left = normalise(u, k * rows, rows);
      double right = normalise(v, k * columns, columns);
      values[k] = left * right;
    }
    return new SingularVectors(values, transposed(u, rank, rows), v);
  }

  /** Divides a vector by its length, which is returned. */
  private static double normalise(double[] vectors, int from, int length) {
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      squares += vectors[i] * vectors[i];
    }
    double norm = Math.sqrt(squares);
    for (int i = from; i < from + length && norm > 0; i++) {
      vectors[i] /= norm;
    }
    return norm;
  }

  /** Columns of a matrix as rows, the last first, as eigenvalues ascend. */
  private static double[] vectors(DoublePointer columns, int length, int count) {
    double[] rows = new double[length * count];
    for (int k = 0; k < count; k++) {
      columns.position((long) (count - 1 - k) * length).get(rows, k * length, length);
    }
    columns.position(0);
    return rows;
  }

  private static double[] transposed(double[] matrix, int rows, int columns) {
    double[] transposed = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      transposed[i % columns * rows + i / columns] = matrix[i];
    }
    return transposed;
  }

  /** {@code c = op(a) b} of matrices that lie column by column. */
  private static void multiply(
      int transpose,
      int rows,
      int columns,
      int inner,
      DoublePointer a,
      int heightOfA,
      DoublePointer b,
      DoublePointer c) {
    cblas_dgemm(
        CblasColMajor,
        transpose,
        CblasNoTrans,
        rows,
        columns,
        inner,
        1,
        a,
        heightOfA,
        b,
        inner,
        0,
        c,
        rows);
  }

  /** Takes Q of its QR decomposition in place of a matrix. */
  private static void orthonormalise(DoublePointer matrix, int rows, int columns) {
    try (DoublePointer reflectors = new DoublePointer((long) columns)) {
      require("dgeqrf", LAPACKE_dgeqrf(LAPACK_COL_MAJOR, rows, columns, matrix, rows, reflectors));
      require(
          "dorgqr",
          LAPACKE_dorgqr(LAPACK_COL_MAJOR, rows, columns, columns, matrix, rows, reflectors));
    }
  }

  private static void require(String routine, int info) {
    if (info != 0) {
      throw new ArithmeticException("LAPACK's " + routine + " says " + info);
    }
  }
}
