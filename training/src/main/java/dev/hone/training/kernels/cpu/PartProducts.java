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
 * <p>Numbers nearer to 0 than 2⁻¹²⁶ count as 0 there, and those that bf16 rounds to infinity (from
 * 3.39e38 on) become NaN.
 */
final class PartProducts {
  /** How many bf16 a float is. */
  static final int PARTS = 3;

  /** Elements of w that a core's cache keeps until all parts were multiplied with them. */
  private static final int CACHED = 1 << 19;

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

  /** {@code y = alpha * x wᵀ + beta * y}: some rows of w at a time make their columns of y. */
  void forward(CpuTensor x, Bf16Tensor w, CpuTensor y, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    Bf16Tensor parts = split(x, rows * in);
    Product whole = Product.dense(rows, out, in, false, true, true, false, alpha, beta);
    products.share(
        whole,
        (thread, piece, row, column) -> {
          for (int from = 0; from < piece.n(); from += step(in)) {
            int first = column + from;
            addParts(
                thread,
                piece.columns(Math.min(step(in), piece.n() - from)),
                parts.address(row * in),
                w.address(first * in),
                y.address(row * out + first),
                rows * in);
          }
        });
  }

  /**
   * {@code dX = alpha * dY w + beta * dX}: some rows of w at a time add their part to all of dX.
   */
  void backward(CpuTensor dY, Bf16Tensor w, CpuTensor dX, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    Bf16Tensor parts = split(dY, rows * out);
    Product whole = Product.dense(rows, in, out, false, false, true, false, alpha, beta);
    products.share(
        whole,
        (thread, piece, row, column) -> {
          for (int from = 0; from < out; from += step(in)) {
            Product some = piece.terms(Math.min(step(in), out - from));
            addParts(
                thread,
                from == 0 ? some : some.adding(),
                parts.address(row * out + from),
                w.address(from * in + column),
                dX.address(row * in + column),
                rows * out);
          }
        });
  }

  private static int step(int in) {
    return Math.max(Products.UNIT, CACHED / in / Products.UNIT * Products.UNIT);
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
          short[] part = Bf16Tensor.piece();
          a.load(from, values, 0, count);
          for (int i = 0; i < PARTS; i++) {
            Bf16.takePart(values, 0, part, count);
            target.storeBits(i * length + from, part, count);
          }
        });
    return target;
  }
}
