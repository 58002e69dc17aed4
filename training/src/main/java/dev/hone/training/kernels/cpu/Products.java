package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Products of matrices by oneDNN: {@code C = alpha * op(A) op(B) + beta * C}, all row-major. */
final class Products {
  /** Shapes that are kept ready; rows differ from pack to pack, so there is no end to them. */
  private static final int KEPT = 1024;

  private final Precision precision;
  private final FlatKernels flat;
  private final dnnl_engine engine = new dnnl_engine();
  private final dnnl_stream stream = new dnnl_stream();
  private final Map<Bf16Product.Shape, Bf16Product> ready =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bf16Product.Shape, Bf16Product> eldest) {
          if (size() <= KEPT) {
            return false;
          }
          eldest.getValue().close();
          return true;
        }
      };
  private final Bf16Tensor[] copies = new Bf16Tensor[2];

  Products(Precision precision, FlatKernels flat) {
    this.precision = precision;
    this.flat = flat;
    if (precision == Precision.BF16) {
      Bf16Product.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0));
      Bf16Product.check(dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
    }
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
   * C {@code [m, n]}.
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
    multiply(
        transposeA,
        transposeB,
        m,
        n,
        k,
        alpha,
        new Part(a, 0, transposeA ? m : k),
        b,
        beta,
        new Part(c, 0, n));
  }

  /**
   * Some columns of a matrix.
   *
   * @param first the first column
   * @param width elements from a row to the next in memory
   */
  record Part(CpuTensor whole, int first, int width) {}

  /** As the other, with A and C columns of wider matrices. */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      Part a,
      CpuTensor b,
      double beta,
      Part c) {
    if (precision == Precision.BF16) {
      Bf16Product.Shape shape =
          new Bf16Product.Shape(
              m,
              n,
              k,
              transposeA,
              transposeB,
              a.width(),
              c.width(),
              c.whole() instanceof Bf16Tensor,
              (float) alpha,
              (float) beta);
      ready
          .computeIfAbsent(shape, made -> new Bf16Product(made, engine))
          .run(
              at(half(a.whole(), 0, (transposeA ? k : m) * a.width()).pointer(), a.first()),
              half(b, 1, k * n).pointer(),
              at(c.whole().pointer(), c.first()),
              stream);
    } else {
      f32(transposeA, transposeB, m, n, k, alpha, a, b, beta, c);
    }
  }

  private static void f32(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      double alpha,
      Part a,
      CpuTensor b,
      double beta,
      Part c) {
    int status =
        dnnl.dnnl_sgemm(
            (byte) (transposeA ? 'T' : 'N'),
            (byte) (transposeB ? 'T' : 'N'),
            m,
            n,
            k,
            (float) alpha,
            (FloatPointer) at(a.whole().pointer(), a.first()),
            a.width(),
            ((F32Tensor) b).pointer(),
            transposeB ? k : n,
            (float) beta,
            (FloatPointer) at(c.whole().pointer(), c.first()),
            c.width());
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          "oneDNN refused a product of " + m + " x " + n + " x " + k + ", status " + status);
    }
  }

  private static Pointer at(Pointer start, int element) {
    return element == 0 ? start : start.getPointer(element);
  }

  /** What products read: the tensor itself, or a copy as in {@link #half}, as A. */
  CpuTensor left(CpuTensor a, int count) {
    return precision == Precision.BF16 ? half(a, 0, count) : a;
  }

  /**
   * An operand in bf16: itself, or a copy that lasts until the next product.
   *
   * @param side 0 or 1: which of the two copies
   */
  private Bf16Tensor half(CpuTensor operand, int side, int count) {
    if (operand instanceof Bf16Tensor already) {
      return already;
    }
    if (copies[side] == null || copies[side].length() < count) {
      copies[side] = Bf16Tensor.zeros(count);
    }
    flat.move(operand, copies[side], count);
    return copies[side];
  }
}
