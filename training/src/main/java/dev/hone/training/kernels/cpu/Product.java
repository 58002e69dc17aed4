package dev.hone.training.kernels.cpu;

/**
 * {@code C = alpha * op(A) op(B) + beta * C}, all row-major.
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the sums
 * @param transposeA whether A is stored {@code [k, m]}
 * @param transposeB whether B is stored {@code [n, k]}
 * @param strideA floats from one stored row of A to the next; likewise the others
 * @param bf16 whether A and B are bf16; else f32
 * @param half whether C is bf16; else f32, as all sums are
 */
record Product(
    int m,
    int n,
    int k,
    boolean transposeA,
    boolean transposeB,
    int strideA,
    int strideB,
    int strideC,
    boolean bf16,
    boolean half,
    float alpha,
    float beta) {

  /** Of whole matrices. */
  static Product dense(
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      boolean bf16,
      boolean half,
      double alpha,
      double beta) {
    return new Product(
        m,
        n,
        k,
        transposeA,
        transposeB,
        transposeA ? m : k,
        transposeB ? k : n,
        n,
        bf16,
        half,
        (float) alpha,
        (float) beta);
  }

  /** The same for so many rows of C. */
  Product rows(int count) {
    return with(count, n, strideA);
  }

  /** The same for so many columns of C. */
  Product columns(int count) {
    return count == n ? this : with(m, count, strideA);
  }

  /** The same with other gaps between the rows of A. */
  Product withStrideA(int stride) {
    return stride == strideA ? this : with(m, n, stride);
  }

  /** The same, added to what is there. */
  Product adding() {
    return new Product(
        m, n, k, transposeA, transposeB, strideA, strideB, strideC, bf16, half, alpha, 1);
  }

  private Product with(int rows, int columns, int stride) {
    return new Product(
        rows,
        columns,
        k,
        transposeA,
        transposeB,
        stride,
        strideB,
        strideC,
        bf16,
        half,
        alpha,
        beta);
  }

  /** Where in A a row of C begins. */
  int rowInA(int row) {
    return transposeA ? row : row * strideA;
  }

  /** Where in B a column of C begins. */
  int columnInB(int column) {
    return transposeB ? column * strideB : column;
  }

  /** Bytes of an element of A or B. */
  int operandBytes() {
    return bf16 ? Short.BYTES : Float.BYTES;
  }

  /** Bytes of an element of C. */
  int resultBytes() {
    return half ? Short.BYTES : Float.BYTES;
  }
}
