package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Precision;

/**
 * Products of matrices by oneDNN, each cut along the longer side of its result over the threads of
 * the rank.
 */
final class Products {
  /** Rows or columns are handed out in whole vectors. */
  static final int UNIT = 16;

  /** Multiplications under which a second thread costs more than it saves. */
  private static final long GRAIN = 1 << 16;

  private final boolean bf16;
  private final FlatKernels flat;
  private final Workers workers;
  private final ProductThread[] threads;
  private final Bf16Tensor[] copies = new Bf16Tensor[2];

  Products(Precision precision, FlatKernels flat, Workers workers) {
    this.bf16 = precision == Precision.BF16;
    this.flat = flat;
    this.workers = workers;
    this.threads = new ProductThread[workers.threads()];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new ProductThread();
    }
  }

  /** What one thread of the rank multiplies with. */
  ProductThread thread(int worker) {
    return threads[worker];
  }

  /** Whether operands are bf16. */
  boolean bf16() {
    return bf16;
  }

  /** Bytes of the copies of operands. */
  long conversionBytes() {
    long values = 0;
    for (Bf16Tensor copy : copies) {
      values += copy == null ? 0 : copy.length();
    }
    return values * Short.BYTES;
  }

  /**
   * C {@code [m, n]}; B and C are dense.
   *
   * @param transposeA whether A is stored {@code [k, m]}
   * @param transposeB whether B is stored {@code [n, k]}
   */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      CpuTensor a,
      CpuTensor b,
      double beta,
      CpuTensor c) {
    boolean half = c instanceof Bf16Tensor;
    CpuTensor left = operand(a, 0, m * k);
    Product product = Product.dense(m, n, k, transposeA, transposeB, bf16, half, alpha, beta);
    multiply(
        product.withStrideA(left.stride(product.strideA())), left, 0, operand(b, 1, k * n), c, 0);
  }

  /**
   * As the other, on operands in the type that is multiplied.
   *
   * @param firstA where A begins in its tensor; likewise C
   */
  void multiply(Product whole, CpuTensor a, int firstA, CpuTensor b, CpuTensor c, int firstC) {
    share(
        whole,
        (thread, piece, row, column) ->
            thread.run(
                piece,
                a.address(firstA + whole.rowInA(row)),
                b.address(whole.columnInB(column)),
                c.address(firstC + row * whole.strideC() + column)));
  }

  /** Some rows or columns of a product, from these on. */
  interface Piece {
    void run(ProductThread thread, Product piece, int row, int column);
  }

  /** Hands the rows or the columns of a product out to the threads, whichever are more. */
  void share(Product whole, Piece piece) {
    boolean byRow = whole.m() >= whole.n();
    int length = byRow ? whole.m() : whole.n();
    int units = (length + UNIT - 1) / UNIT;
    long work = (long) whole.m() * whole.n() * whole.k();
    int grain = (int) Math.min(units, GRAIN * units / Math.max(1, work) + 1);
    workers.share(
        units,
        grain,
        (worker, from, to, scratch) -> {
          int first = from * UNIT;
          int count = Math.min(length, to * UNIT) - first;
          if (byRow) {
            piece.run(threads[worker], whole.rows(count), first, 0);
          } else {
            piece.run(threads[worker], whole.columns(count), 0, first);
          }
        });
  }

  /**
   * In the type that is multiplied: itself, or a copy that lasts until the next product.
   *
   * @param side 0 or 1: which of the two copies
   */
  CpuTensor operand(CpuTensor values, int side, int count) {
    if (!bf16 || values instanceof Bf16Tensor) {
      return values;
    }
    if (copies[side] == null || copies[side].length() < count) {
      copies[side] = Bf16Tensor.zeros(count);
    }
    flat.move(values, copies[side], count);
    return copies[side];
  }
}
