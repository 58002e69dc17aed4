package dev.hone.training.kernels.cpu;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import org.bytedeco.dnnl.global.dnnl;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Kernels in float for the CPU: oneDNN for products with weights, Vector API loops for the rest.
 * Agrees with {@link dev.hone.training.kernels.ReferenceKernels}; sums are formed in an order that
 * depends on the number of threads alone.
 */
public final class CpuKernels implements Kernels {
  private static final byte PLAIN = 'N';
  private static final byte TRANSPOSED = 'T';

  private final Workers workers;
  private final RowKernels byRow;
  private final FlatKernels flat;
  private final CpuCrossEntropy crossEntropy;

  /**
   * Makes kernels for one rank.
   *
   * @param threads cores of the rank for row loops; oneDNN follows {@code OMP_NUM_THREADS}
   */
  public CpuKernels(int threads) {
    this.workers = new Workers(threads);
    this.byRow = new RowKernels(workers);
    this.flat = new FlatKernels(workers);
    this.crossEntropy = new CpuCrossEntropy(workers);
  }

  private static CpuTensor cpu(Tensor tensor) {
    return (CpuTensor) tensor;
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT;
  }

  @Override
  public Tensor allocate(long... shape) {
    return CpuTensor.of(Nd4j.zeros(DataType.FLOAT, shape));
  }

  @Override
  public Tensor wrap(INDArray array) {
    return CpuTensor.of(array);
  }

  @Override
  public Tensor frozen(FloatBuffer values, long... shape) {
    return CpuTensor.of(values, shape);
  }

  @Override
  public void write(FloatBuffer from, Tensor to, long offset) {
    cpu(to).buffer().put(Math.toIntExact(offset), from, from.position(), from.remaining());
    from.position(from.limit());
  }

  @Override
  public void read(Tensor from, long offset, FloatBuffer to) {
    to.put(to.position(), cpu(from).buffer(), Math.toIntExact(offset), to.remaining());
    to.position(to.limit());
  }

  @Override
  public void copyRows(Tensor from, int fromRow, Tensor to, int toRow, int rows) {
    int width = from.width();
    cpu(to).buffer().put(toRow * width, cpu(from).buffer(), fromRow * width, rows * width);
  }

  @Override
  public void gatherRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    int width = x.width();
    for (int i = 0; i < rows; i++) {
      cpu(y).buffer().put(i * width, cpu(x).buffer(), index[from + i] * width, width);
    }
  }

  @Override
  public void scatterRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    int width = x.width();
    for (int i = 0; i < rows; i++) {
      cpu(y).buffer().put(index[from + i] * width, cpu(x).buffer(), i * width, width);
    }
  }

  @Override
  public void zero(Tensor x) {
    flat.zero(cpu(x));
  }

  @Override
  public void add(Tensor x, Tensor y, int rows) {
    flat.add(cpu(x), cpu(y), rows * x.width());
  }

  @Override
  public void scale(Tensor x, double factor) {
    flat.scale(cpu(x), (float) factor);
  }

  @Override
  public void addBias(Tensor bias, Tensor y, int rows) {
    byRow.addBias(cpu(bias), cpu(y), rows);
  }

  @Override
  public void biasBackward(Tensor dY, Tensor dBias, int rows) {
    byRow.biasBackward(cpu(dY), cpu(dBias), rows);
  }

  @Override
  public void dropout(Tensor x, Tensor y, int rows, double p, long seed, double beta) {
    flat.dropout(cpu(x), cpu(y), rows * x.width(), (float) p, seed, (float) beta);
  }

  @Override
  public void linear(Tensor x, Tensor w, Tensor y, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    gemm(PLAIN, TRANSPOSED, rows, out, in, alpha, x, in, w, in, beta, y, out);
  }

  @Override
  public void linearBackwardInput(
      Tensor dY, Tensor w, Tensor dX, int rows, double alpha, double beta) {
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    gemm(PLAIN, PLAIN, rows, in, out, alpha, dY, out, w, in, beta, dX, in);
  }

  @Override
  public void linearBackwardWeight(
      Tensor dY, Tensor x, Tensor dW, int rows, double alpha, double beta) {
    int in = dW.width();
    int out = Math.toIntExact(dW.shape()[0]);
    gemm(TRANSPOSED, PLAIN, out, in, rows, alpha, dY, out, x, in, beta, dW, in);
  }

  /** C[m, n] = alpha * op(A)[m, k] · op(B)[k, n] + beta * C, all row-major. */
  private static void gemm(
      byte transposeA,
      byte transposeB,
      long m,
      long n,
      long k,
      double alpha,
      Tensor a,
      long aStride,
      Tensor b,
      long bStride,
      double beta,
      Tensor c,
      long cStride) {
    int status =
        dnnl.dnnl_sgemm(
            transposeA,
            transposeB,
            m,
            n,
            k,
            (float) alpha,
            cpu(a).pointer(),
            aStride,
            cpu(b).pointer(),
            bStride,
            (float) beta,
            cpu(c).pointer(),
            cStride);
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          "oneDNN refused a product of " + m + " x " + n + " x " + k + ", status " + status);
    }
  }

  @Override
  public void embed(Tensor table, int[] ids, Tensor y, int rows) {
    gatherRows(table, ids, 0, y, rows);
  }

  @Override
  public void embedBackward(Tensor dY, int[] ids, Tensor dTable, int rows) {
    int width = dY.width();
    float[] gradient = new float[width];
    float[] sum = new float[width];
    for (int t = 0; t < rows; t++) {
      cpu(dY).load(t * width, gradient, 0, width);
      cpu(dTable).load(ids[t] * width, sum, 0, width);
      RowMath.addScaled(gradient, 0, 1f, sum, 0, width);
      cpu(dTable).store(ids[t] * width, sum, 0, width);
    }
  }

  @Override
  public void rmsNorm(Tensor x, Tensor weight, Tensor y, Tensor rstd, int rows, double epsilon) {
    byRow.rmsNorm(cpu(x), cpu(weight), cpu(y), cpu(rstd), rows, epsilon);
  }

  @Override
  public void rmsNormBackwardInput(
      Tensor dY, Tensor x, Tensor weight, Tensor rstd, Tensor dX, int rows, double beta) {
    byRow.rmsNormBackwardInput(
        cpu(dY), cpu(x), cpu(weight), cpu(rstd), cpu(dX), rows, (float) beta);
  }

  @Override
  public void rmsNormBackwardWeight(Tensor dY, Tensor x, Tensor rstd, Tensor dWeight, int rows) {
    byRow.rmsNormBackwardWeight(cpu(dY), cpu(x), cpu(rstd), cpu(dWeight), rows);
  }

  @Override
  public void rope(
      Tensor x, Tensor cos, Tensor sin, int[] positions, int heads, int rows, boolean inverse) {
    byRow.rope(cpu(x), cpu(cos), cpu(sin), positions, heads, rows, inverse);
  }

  @Override
  public void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape,
      int[] documentStarts,
      Tensor out,
      Tensor logSumExp,
      int rows) {
    new CpuAttention(workers, shape)
        .forward(cpu(q), cpu(k), cpu(v), documentStarts, cpu(out), cpu(logSumExp), rows);
  }

  @Override
  public void attentionBackward(
      Tensor dOut,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor logSumExp,
      AttentionShape shape,
      int[] documentStarts,
      Tensor dQ,
      Tensor dK,
      Tensor dV,
      int rows) {
    new CpuAttention(workers, shape)
        .backward(
            cpu(dOut),
            cpu(q),
            cpu(k),
            cpu(v),
            cpu(out),
            cpu(logSumExp),
            documentStarts,
            cpu(dQ),
            cpu(dK),
            cpu(dV),
            rows);
  }

  @Override
  public void attentionCached(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      AttentionShape shape,
      int[] first,
      int[] seen,
      Tensor out,
      int rows) {
    new CpuAttention(workers, shape)
        .cached(cpu(q), cpu(kCache), cpu(vCache), first, seen, cpu(out), rows);
  }

  @Override
  public void swiglu(Tensor gate, Tensor up, Tensor y, int rows) {
    byRow.swiglu(cpu(gate), cpu(up), cpu(y), rows);
  }

  @Override
  public void swigluBackward(
      Tensor dY, Tensor gate, Tensor up, Tensor dGate, Tensor dUp, int rows) {
    byRow.swigluBackward(cpu(dY), cpu(gate), cpu(up), cpu(dGate), cpu(dUp), rows);
  }

  @Override
  public void crossEntropy(Tensor logits, int[] targets, int from, int rows, TokenLosses losses) {
    crossEntropy.run(cpu(logits), targets, null, from, rows, losses);
  }

  @Override
  public void crossEntropyWithGradient(
      Tensor logits, int[] targets, double[] coefficients, int from, int rows, TokenLosses losses) {
    crossEntropy.run(cpu(logits), targets, coefficients, from, rows, losses);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    return flat.sumOfSquares(cpu(x));
  }

  @Override
  public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamWStep step) {
    flat.adamW(cpu(parameter), cpu(gradient), cpu(m), cpu(v), step);
  }
}
