package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Precision;

/**
 * Products of a matrix in f32 with one whose values are bf16, to the precision of f32, on CPUs that
 * multiply bf16 many times as fast: so the matrix needs half of the memory and no more time. The 24
 * significant bits of a float are three bf16 with nothing left over, {@code a = a1 + a2 + a3}, and
 * a product of two bf16 is a float with nothing left over. So {@code a w = a3 w + a2 w + a1 w},
 * whose sums are formed in f32 as those of any product in f32. Henry, Tang and Heinecke (2019),
 * "Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations".
 *
 * <p>Parts nearer to 0 than 2⁻¹²⁶ count as 0 there, and what is infinite makes NaN.
 */
final class PartProducts {
  /** How many bf16 a float is. */
  static final int PARTS = 3;

  /**
   * Rows of the result, of so many columns as are computed at a time, that a core's cache keeps
   * until all parts were added.
   */
  private static final int TILE_ROWS = 512;

  private static final ThreadLocal<short[][]> PIECES =
      ThreadLocal.withInitial(() -> new short[PARTS][FlatKernels.CHUNK]);

  private final Products products;
  private final FlatKernels flat;
  private Bf16Tensor copy;

  PartProducts(Products products, FlatKernels flat) {
    this.products = products;
    this.flat = flat;
  }

  /** Whether matrices in bf16 stay so beside operands of that precision, on this machine. */
  static boolean suit(Precision precision) {
    return precision == Precision.F32 && InstructionSet.used().multipliesParts();
  }

  /** Bytes of the parts of a. */
  long bytes() {
    return copy == null ? 0 : copy.bytes();
  }

  /** {@code y = alpha * x wᵀ + beta * y}. */
  void forward(CpuTensor x, Bf16Tensor w, CpuTensor y, int rows, double alpha, double beta) {
    int out = Math.toIntExact(w.shape()[0]);
    multiply(Product.dense(rows, out, w.width(), false, true, true, false, alpha, beta), x, w, y);
  }

  /** {@code dX = alpha * dY w + beta * dX}. */
  void backward(CpuTensor dY, Bf16Tensor w, CpuTensor dX, int rows, double alpha, double beta) {
    int out = Math.toIntExact(w.shape()[0]);
    multiply(
        Product.dense(rows, w.width(), out, false, false, true, false, alpha, beta), dY, w, dX);
  }

  private void multiply(Product whole, CpuTensor a, Bf16Tensor w, CpuTensor c) {
    int length = whole.m() * whole.k();
    Bf16Tensor parts = split(a, length);
    products.share(
        whole,
        (thread, piece, row, column) -> {
          for (int i = 0; i < piece.m(); i += TILE_ROWS) {
            Product band = piece.rows(Math.min(TILE_ROWS, piece.m() - i));
            int columns = ProductThread.columns(band);
            for (int j = 0; j < band.n(); j += columns) {
              addParts(
                  thread,
                  band.columns(Math.min(columns, band.n() - j)),
                  parts.address(whole.rowInA(row + i)),
                  w.address(whole.columnInB(column + j)),
                  c.address((row + i) * whole.strideC() + column + j),
                  length);
            }
          }
        });
  }

  /** The smallest part first: it would be lost beside a large sum. */
  private static void addParts(
      ProductThread thread, Product product, long left, long right, long result, int length) {
    Product next = product;
    for (int i = PARTS - 1; i >= 0; i--) {
      thread.run(next, left + (long) Short.BYTES * length * i, right, result);
      next = product.adding();
    }
  }

  /** Three matrices, one after the other. */
  private Bf16Tensor split(CpuTensor a, int length) {
    if (copy == null || copy.length() < (long) PARTS * length) {
      copy = Bf16Tensor.zeros((long) PARTS * length);
    }
    Bf16Tensor target = copy;
    flat.chunks(
        length,
        (worker, from, count, scratch) -> {
          float[] values = scratch.get(0, count);
          short[][] pieces = PIECES.get();
          a.load(from, values, 0, count);
          Bf16.threeParts(values, pieces[0], pieces[1], pieces[2], count);
          for (int i = 0; i < PARTS; i++) {
            target.storeBits(i * length + from, pieces[i], count);
          }
        });
    return target;
  }
}
