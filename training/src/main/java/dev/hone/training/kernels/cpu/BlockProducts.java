package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Precision;

/**
 * Products with a quantized matrix W {@code [out, in]}: some rows of W at a time are decoded to one
 * buffer, in the type that oneDNN multiplies, and multiplied. The buffer is all there ever is of W.
 */
final class BlockProducts {
  /** Most elements decoded at a time: 16 MB of f32, 8 MB of bf16. */
  static final int TILE = 1 << 22;

  private final Precision precision;
  private final Products products;
  private final FlatKernels flat;
  private final int most;
  private CpuTensor tile;
  private CpuTensor sum;

  BlockProducts(Precision precision, Products products, FlatKernels flat) {
    this(precision, products, flat, TILE);
  }

  /**
   * @param most elements decoded at a time, at least one row
   */
  BlockProducts(Precision precision, Products products, FlatKernels flat, int most) {
    this.precision = precision;
    this.products = products;
    this.flat = flat;
    this.most = most;
  }

  /** {@code y = alpha * x wᵀ + beta * y}: each tile of w makes its columns of y. */
  void forward(CpuTensor x, BlockTensor w, CpuTensor y, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    int step = step(w);
    CpuTensor left = products.operand(x, 0, rows * in);
    boolean half = y instanceof Bf16Tensor;
    for (int from = 0; from < out; from += step) {
      int n = Math.min(step, out - from);
      CpuTensor part = decoded(w, from * in, n * in);
      Product product =
          new Product(
              rows,
              n,
              in,
              false,
              true,
              in,
              in,
              out,
              products.bf16(),
              half,
              (float) alpha,
              (float) beta);
      products.multiply(product, left, 0, part, y, from);
    }
  }

  /**
   * {@code dX = alpha * dY w + beta * dX}: each tile of w adds its part to all of dX. Where dX is
   * bf16, the parts are added up in f32.
   */
  void backward(CpuTensor dY, BlockTensor w, CpuTensor dX, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    int step = step(w);
    boolean apart = step < out && dX instanceof Bf16Tensor;
    CpuTensor total = apart ? sum(rows * in) : dX;
    if (apart && beta != 0) {
      flat.move(dX, total, rows * in);
    }
    CpuTensor left = products.operand(dY, 0, rows * out);
    boolean half = total instanceof Bf16Tensor;
    for (int from = 0; from < out; from += step) {
      int k = Math.min(step, out - from);
      CpuTensor part = decoded(w, from * in, k * in);
      float kept = from == 0 ? (float) beta : 1;
      Product product =
          new Product(
              rows,
              in,
              k,
              false,
              false,
              left.stride(out),
              in,
              in,
              products.bf16(),
              half,
              (float) alpha,
              kept);
      products.multiply(product, left, from, part, total, 0);
    }
    if (apart) {
      flat.move(total, dX, rows * in);
    }
  }

  private int step(BlockTensor w) {
    return step(Math.toIntExact(w.shape()[0]), w.width(), w.blockElements(), most);
  }

  /** Rows of a tile: as many as fit, and whole blocks where possible. */
  static int step(int out, int in, int blockElements, int most) {
    if ((long) out * in <= most) {
      return out;
    }
    int rows = Math.max(1, most / in);
    int whole = blockElements / gcd(blockElements, in);
    return rows > whole ? rows / whole * whole : rows;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Bytes that are kept for decoded tiles and their sums. */
  long bytes() {
    return (tile == null ? 0 : tile.bytes()) + (sum == null ? 0 : sum.bytes());
  }

  private CpuTensor decoded(BlockTensor w, int first, int count) {
    if (tile == null || tile.length() < count) {
      tile = precision == Precision.BF16 ? Bf16Tensor.zeros(count) : F32Tensor.zeros(count);
    }
    flat.move(w, first, tile, count);
    return tile;
  }

  private CpuTensor sum(int count) {
    if (sum == null || sum.length() < count) {
      sum = F32Tensor.zeros(count);
    }
    return sum;
  }
}
