package dev.hone.training.kernels.cpu;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What one thread needs to call oneDNN beside others that do the same: nothing in it is shared.
 * oneDNN is held to the thread that calls it, so that a rank computes with its own threads only.
 */
final class ProductThread {
  /** Shapes that are kept ready; rows differ from pack to pack, so there is no end to them. */
  private static final int KEPT = 1024;

  private static final int WIDE = 128;

  /**
   * Columns of a product of bf16 that are computed at a time. Where CPUs multiply tiles (AMX),
   * wider ones took up to half as long again: 512 x 1,536 x 576 in 1.3 ms instead of 0.9. Elsewhere
   * it made no difference.
   */
  private static final int MOST_COLUMNS = 512;

  private final NativeOps openMp = openMp();
  private final Address a = new Address();
  private final Address b = new Address();
  private final Address c = new Address();
  private final Map<Product, PreparedProduct> ready =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Product, PreparedProduct> eldest) {
          if (size() <= KEPT) {
            return false;
          }
          eldest.getValue().close();
          return true;
        }
      };
  private dnnl_engine engine;
  private dnnl_stream stream;
  private BytePointer working = new BytePointer(1);

  private static NativeOps openMp() {
    Nd4j.getBackend(); // the holder fails for good if it is asked before ND4J has its backend
    return NativeOpsHolder.getInstance().getDeviceNativeOps();
  }

  /** How many columns are computed at a time: about as many each time, in whole vectors. */
  static int columns(Product product) {
    int n = product.n();
    if (!product.bf16() || n <= MOST_COLUMNS) {
      return n;
    }
    int times = (n + MOST_COLUMNS - 1) / MOST_COLUMNS;
    return (n + times * Products.UNIT - 1) / (times * Products.UNIT) * Products.UNIT;
  }

  /** Computes it on matrices that begin at these addresses. */
  void run(Product whole, long left, long right, long result) {
    openMp.setOmpNumThreads(1);
    int columns = columns(whole);
    for (int i = 0; i < whole.n(); i += columns) {
      runAtOnce(
          whole.columns(Math.min(columns, whole.n() - i)),
          left,
          right + (long) whole.operandBytes() * whole.columnInB(i),
          result + (long) whole.resultBytes() * i);
    }
  }

  private void runAtOnce(Product product, long left, long right, long result) {
    a.set(left);
    b.set(right);
    c.set(result);
    if (suitsSgemm(product)) {
      sgemm(product);
    } else {
      prepared(product);
    }
  }

  /** Where oneDNN's sgemm was faster than what it prepares: by a tenth, in wide plain products. */
  private static boolean suitsSgemm(Product p) {
    return !p.bf16() && !p.transposeA() && !p.transposeB() && p.n() >= WIDE;
  }

  private void prepared(Product product) {
    PreparedProduct prepared = ready.get(product);
    if (prepared == null) {
      open();
      prepared = new PreparedProduct(product, engine);
      ready.put(product, prepared);
      if (working.capacity() < prepared.scratchBytes()) {
        working.close();
        working = new BytePointer(prepared.scratchBytes());
      }
    }
    prepared.run(a, b, c, working, stream);
  }

  private void open() {
    if (engine == null) {
      engine = new dnnl_engine();
      stream = new dnnl_stream();
      PreparedProduct.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0));
      PreparedProduct.check(
          dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
    }
  }

  private void sgemm(Product p) {
    int status =
        dnnl.dnnl_sgemm(
            (byte) (p.transposeA() ? 'T' : 'N'),
            (byte) (p.transposeB() ? 'T' : 'N'),
            p.m(),
            p.n(),
            p.k(),
            p.alpha(),
            a,
            p.strideA(),
            b,
            p.strideB(),
            p.beta(),
            c,
            p.strideC());
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN refused " + p + ", status " + status);
    }
  }

  /** Memory that somebody else owns; set anew for each call, which so leaves no garbage. */
  private static final class Address extends FloatPointer {
    void set(long start) {
      this.address = start;
    }
  }
}
