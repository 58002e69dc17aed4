package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.Activation;
import dev.hone.formats.model.Blocks;
import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.LionStep;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Quantized;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels for the CPU: oneDNN for products with weights, Vector API loops for the rest. Agrees with
 * {@link dev.hone.training.kernels.ReferenceKernels}; how sums are cut depends on the number of
 * threads alone, though compiled code may add up a row in another order than interpreted code.
 */
public final class CpuKernels implements Kernels {
  /** Floats converted at a time. */
  private static final int PIECE = 4096;

  /** Rows of larger products are a multiple of this where they can be. */
  private static final int ROWS = 32;

  private final Precision precision;
  private final Workers workers;
  private final RowKernels byRow;
  private final GateKernels gates;
  private final ColumnKernels columns;
  private final FlatKernels flat;
  private final OptimizerKernels optimizers;
  private final CpuAdafactor adafactor;
  private final CpuCrossEntropy crossEntropy;
  private final CpuDistillation distillation;
  private final CpuTopK topK;
  private final Products products;
  private final CachedAttention cachedAttention;
  private final HeadScratch[] heads;

  /** One for each shape: layers with a window and others take turns. */
  private final Map<AttentionShape, CpuAttention> attention = new HashMap<>();

  private final BlockProducts blockProducts;
  private final PartProducts partProducts;

  /** Made at its first step, as few runs need its tables. */
  private CpuAdamW8bit adamW8bit;

  /** Kernels for one rank, all in f32; threads as in {@link #CpuKernels(int, Precision)}. */
  public CpuKernels(int threads) {
    this(threads, Precision.F32);
  }

  /**
   * Makes kernels for one rank.
   *
   * @param threads cores of the rank
   */
  public CpuKernels(int threads, Precision precision) {
    this.precision = precision;
    this.workers = new Workers(threads);
    this.byRow = new RowKernels(workers);
    this.gates = new GateKernels(workers);
    this.columns = new ColumnKernels(workers);
    this.flat = new FlatKernels(workers);
    this.optimizers = new OptimizerKernels(flat);
    this.adafactor = new CpuAdafactor(workers);
    this.crossEntropy = new CpuCrossEntropy(workers);
    this.distillation = new CpuDistillation(workers);
    this.topK = new CpuTopK(workers);
    this.cachedAttention = new CachedAttention(workers);
    this.products = new Products(precision, flat, workers);
    this.heads = HeadScratch.of(products, threads);
    this.blockProducts = new BlockProducts(precision, products, flat);
    this.partProducts = new PartProducts(products, flat);
  }

  private CpuAttention attention(AttentionShape shape) {
    CpuAttention found = attention.get(shape);
    if (found == null) {
      found = new CpuAttention(workers, heads, shape);
      attention.put(shape, found);
    }
    return found;
  }

  /** Bytes that are kept for operands of products in another type. */
  long conversionBytes() {
    return products.conversionBytes() + blockProducts.bytes() + partProducts.bytes();
  }

  private static F32Tensor f32(Tensor tensor) {
    return (F32Tensor) tensor;
  }

  private static CpuTensor cpu(Tensor tensor) {
    return (CpuTensor) tensor;
  }

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public void useThreads(int count) {
    workers.use(count);
  }

  @Override
  public Kernels beside(int threads) {
    return new CpuKernels(threads, precision);
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT;
  }

  @Override
  public Tensor allocate(long... shape) {
    return F32Tensor.zeros(shape);
  }

  @Override
  public INDArray flat(long length) {
    return AlignedArrays.zeros(DataType.FLOAT, 1, length);
  }

  @Override
  public Tensor operand(long... shape) {
    return precision == Precision.BF16 ? Bf16Tensor.zeros(shape) : allocate(shape);
  }

  @Override
  public Tensor trained(Tensor memory) {
    return precision == Precision.BF16 ? SplitTensor.on(f32(memory)) : memory;
  }

  @Override
  public Tensor operandOf(Tensor tensor) {
    if (tensor instanceof SplitTensor split) {
      return split.upper();
    }
    return precision == Precision.BF16 ? Bf16Tensor.zeros(tensor.shape()) : tensor;
  }

  @Override
  public Tensor operandOver(Tensor tensor) {
    return precision == Precision.BF16 ? Bf16Tensor.over(f32(tensor)) : tensor;
  }

  @Override
  public void refresh(Tensor tensor, Tensor operand) {
    if (tensor != operand) {
      flat.move(cpu(tensor), cpu(operand), Math.toIntExact(tensor.length()));
    }
  }

  @Override
  public Tensor run(Tensor tensor, long from, long length) {
    return tensor instanceof SplitTensor split
        ? split.run(from, length)
        : Kernels.super.run(tensor, from, length);
  }

  @Override
  public Tensor codes(long... shape) {
    return CodeTensor.zeros(shape);
  }

  @Override
  public Tensor wrap(INDArray array) {
    return F32Tensor.of(array);
  }

  @Override
  public boolean mapsFrozen(long... shape) {
    return precision == Precision.F32 || shape.length < 2;
  }

  @Override
  public Tensor frozen(FloatBuffer values, long... shape) {
    return F32Tensor.of(values, shape);
  }

  @Override
  public Tensor frozenCopy(boolean bf16, long... shape) {
    return bf16 && PartProducts.suit(precision) ? Bf16Tensor.zeros(shape) : operand(shape);
  }

  @Override
  public Tensor quantized(Blocks blocks, long... shape) {
    return BlockTensor.of(blocks, shape);
  }

  @Override
  public void write(FloatBuffer from, Tensor to, long offset) {
    float[] piece = new float[Math.min(PIECE, from.remaining())];
    int index = Math.toIntExact(offset);
    while (from.hasRemaining()) {
      int count = Math.min(PIECE, from.remaining());
      from.get(piece, 0, count);
      cpu(to).store(index, piece, 0, count);
      index += count;
    }
  }

  @Override
  public void read(Tensor from, long offset, FloatBuffer to) {
    float[] piece = new float[Math.min(PIECE, to.remaining())];
    int index = Math.toIntExact(offset);
    while (to.hasRemaining()) {
      int count = Math.min(PIECE, to.remaining());
      cpu(from).load(index, piece, 0, count);
      to.put(piece, 0, count);
      index += count;
    }
  }

  @Override
  public void copyRows(Tensor from, int fromRow, Tensor to, int toRow, int rows) {
    int width = from.width();
    cpu(to).copy(cpu(from), fromRow * width, toRow * width, rows * width);
  }

  @Override
  public void gatherRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    int width = x.width();
    for (int i = 0; i < rows; i++) {
      cpu(y).copy(cpu(x), index[from + i] * width, i * width, width);
    }
  }

  @Override
  public void scatterRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    int width = x.width();
    for (int i = 0; i < rows; i++) {
      cpu(y).copy(cpu(x), i * width, index[from + i] * width, width);
    }
  }

  @Override
  public void addToRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    byRow.addToRows(cpu(x), index, from, 1, cpu(y), rows);
  }

  @Override
  public void zero(Tensor x) {
    flat.zero(cpu(x));
  }

  @Override
  public void add(Tensor x, double factor, Tensor y, double beta, int rows) {
    flat.add(cpu(x), (float) factor, cpu(y), (float) beta, rows * x.width());
  }

  @Override
  public void copyColumns(
      Tensor from, int fromColumn, Tensor to, int toColumn, int columns, int rows) {
    for (int t = 0; t < rows; t++) {
      int source = t * from.width() + fromColumn;
      cpu(to).copy(cpu(from), source, t * to.width() + toColumn, columns);
    }
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
  public void addNoise(Tensor x, int from, int rows, double magnitude, long seed) {
    flat.addNoise(cpu(x), from * x.width(), rows * x.width(), (float) magnitude, seed);
  }

  @Override
  public void scaleColumns(Tensor x, Tensor factors, Tensor y, int rows, double beta) {
    columns.scale(cpu(x), cpu(factors), cpu(y), rows, (float) beta);
  }

  @Override
  public void columnDots(Tensor a, Tensor b, Tensor factors, Tensor sums, int rows) {
    columns.dots(cpu(a), cpu(b), cpu(factors), cpu(sums), rows);
  }

  @Override
  public void inverseRowNorms(Tensor squares, Tensor b, Tensor products, Tensor inverseNorm) {
    columns.inverseRowNorms(cpu(squares), cpu(b), cpu(products), cpu(inverseNorm));
  }

  @Override
  public void dropout(Tensor x, Tensor y, int rows, double p, long seed, double beta) {
    flat.dropout(cpu(x), cpu(y), rows * x.width(), (float) p, seed, (float) beta);
  }

  @Override
  public void linear(Tensor x, Tensor w, Tensor y, int rows, double alpha, double beta) {
    if (w instanceof BlockTensor blocks) {
      blockProducts.forward(cpu(x), blocks, cpu(y), rows, alpha, beta);
      return;
    }
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    int m = rounded(rows, x, y);
    if (isExact(w)) {
      partProducts.forward(cpu(x), (Bf16Tensor) w, cpu(y), m, alpha, beta);
      return;
    }
    products.multiply(false, true, m, out, in, alpha, cpu(x), cpu(w), beta, cpu(y));
  }

  @Override
  public void linearBackwardInput(
      Tensor dY, Tensor w, Tensor dX, int rows, double alpha, double beta) {
    if (w instanceof BlockTensor blocks) {
      blockProducts.backward(cpu(dY), blocks, cpu(dX), rows, alpha, beta);
      return;
    }
    int in = w.width();
    int out = Math.toIntExact(w.shape()[0]);
    int m = rounded(rows, dY, dX);
    if (isExact(w)) {
      partProducts.backward(cpu(dY), (Bf16Tensor) w, cpu(dX), m, alpha, beta);
      return;
    }
    products.multiply(false, false, m, in, out, alpha, cpu(dY), cpu(w), beta, cpu(dX));
  }

  /** Whether it is what {@link #frozenCopy} makes beside operands in f32. */
  private boolean isExact(Tensor w) {
    return precision == Precision.F32 && w instanceof Bf16Tensor;
  }

  /**
   * Rows to multiply: a few more than are wanted, where both tensors have them, so that packs of
   * nearly the same length share the products that were made ready. In decoding, few rows stay few.
   */
  private int rounded(int rows, Tensor from, Tensor to) {
    int more = (rows + ROWS - 1) / ROWS * ROWS;
    boolean there = more <= from.shape()[0] && more <= to.shape()[0];
    return rows > ROWS && there ? more : rows;
  }

  @Override
  public void linearBackwardWeight(
      Tensor dY, Tensor x, Tensor dW, int rows, double alpha, double beta) {
    int in = dW.width();
    int out = Math.toIntExact(dW.shape()[0]);
    products.multiply(true, false, out, in, rows, alpha, cpu(dY), cpu(x), beta, cpu(dW));
  }

  @Override
  public void embed(Tensor table, int[] ids, double scale, Tensor y, int rows) {
    byRow.embed(cpu(table), ids, (float) scale, cpu(y), rows);
  }

  @Override
  public void embedBackward(Tensor dY, int[] ids, double scale, Tensor dTable, int rows) {
    byRow.addToRows(cpu(dY), ids, 0, (float) scale, cpu(dTable), rows);
  }

  @Override
  public void rmsNorm(
      Tensor x, Tensor weight, double offset, Tensor y, Tensor rstd, int rows, double epsilon) {
    byRow.rmsNorm(cpu(x), cpu(weight), (float) offset, cpu(y), f32(rstd), rows, epsilon);
  }

  @Override
  public void rmsNormBackwardInput(
      Tensor dY,
      Tensor x,
      Tensor weight,
      double offset,
      Tensor rstd,
      Tensor dX,
      int rows,
      double beta) {
    byRow.rmsNormBackwardInput(
        cpu(dY), cpu(x), cpu(weight), (float) offset, f32(rstd), cpu(dX), rows, (float) beta);
  }

  @Override
  public void rmsNormBackwardWeight(Tensor dY, Tensor x, Tensor rstd, Tensor dWeight, int rows) {
    byRow.rmsNormBackwardWeight(cpu(dY), cpu(x), f32(rstd), cpu(dWeight), rows);
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
      Documents documents,
      Tensor out,
      Tensor logSumExp) {
    attention(shape).forward(cpu(q), cpu(k), cpu(v), documents, cpu(out), f32(logSumExp));
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
      Documents documents,
      Tensor dQ,
      Tensor dK,
      Tensor dV) {
    attention(shape)
        .backward(
            cpu(dOut),
            cpu(q),
            cpu(k),
            cpu(v),
            cpu(out),
            f32(logSumExp),
            documents,
            cpu(dQ),
            cpu(dK),
            cpu(dV));
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
    cachedAttention.forward(cpu(q), cpu(kCache), cpu(vCache), shape, first, seen, cpu(out), rows);
  }

  @Override
  public void glu(Activation a, Tensor gate, Tensor up, Tensor y, int rows) {
    gates.forward(a, cpu(gate), cpu(up), cpu(y), rows);
  }

  @Override
  public void gluBackward(
      Activation a, Tensor dY, Tensor gate, Tensor up, Tensor dGate, Tensor dUp, int rows) {
    gates.backward(a, cpu(dY), cpu(gate), cpu(up), cpu(dGate), cpu(dUp), rows);
  }

  @Override
  public void softCap(Tensor x, double cap, int rows) {
    flat.softCap(cpu(x), (float) cap, rows * x.width());
  }

  @Override
  public void crossEntropy(Tensor logits, int[] targets, int from, int rows, TokenLosses losses) {
    crossEntropy.run(cpu(logits), 0, targets, null, TokenLoss.NLL, from, rows, losses, cpu(logits));
  }

  @Override
  public void crossEntropyWithGradient(
      Tensor logits,
      double cap,
      int[] targets,
      double[] coefficients,
      TokenLoss loss,
      int from,
      int rows,
      TokenLosses losses,
      Tensor gradient) {
    crossEntropy.run(
        cpu(logits), (float) cap, targets, coefficients, loss, from, rows, losses, cpu(gradient));
  }

  @Override
  public void distillation(
      Tensor logits, int[] targets, Taught taught, int from, int rows, TokenLosses losses) {
    distillation.run(cpu(logits), 0, targets, null, taught, from, rows, losses, cpu(logits));
  }

  @Override
  public void distillationWithGradient(
      Tensor logits,
      double cap,
      int[] targets,
      double[] coefficients,
      Taught taught,
      int from,
      int rows,
      TokenLosses losses,
      Tensor gradient) {
    distillation.run(
        cpu(logits), (float) cap, targets, coefficients, taught, from, rows, losses, cpu(gradient));
  }

  @Override
  public void topLogProbabilities(
      Tensor logits, int k, int from, int rows, int[] ids, float[] logps) {
    topK.run(cpu(logits), k, from, rows, ids, logps);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    return flat.sumOfSquares(cpu(x));
  }

  @Override
  public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamWStep step) {
    optimizers.adamW(cpu(parameter), cpu(gradient), cpu(m), cpu(v), step);
  }

  @Override
  public void adamW8bit(
      Tensor parameter, Tensor gradient, Quantized m, Quantized v, AdamWStep step) {
    if (adamW8bit == null) {
      adamW8bit = new CpuAdamW8bit(flat);
    }
    adamW8bit.step(cpu(parameter), cpu(gradient), moment(m), moment(v), step);
  }

  private static CpuAdamW8bit.Moment moment(Quantized moment) {
    return new CpuAdamW8bit.Moment((CodeTensor) moment.codes(), cpu(moment.largest()));
  }

  @Override
  public void lion(Tensor parameter, Tensor gradient, Tensor m, LionStep step) {
    optimizers.lion(cpu(parameter), cpu(gradient), cpu(m), step);
  }

  @Override
  public void adafactor(
      Tensor parameter, Tensor gradient, Tensor rows, Tensor columns, AdafactorStep step) {
    adafactor.step(cpu(parameter), cpu(gradient), cpu(rows), cpu(columns), step);
  }

  @Override
  public void adafactorOfVector(Tensor parameter, Tensor gradient, Tensor v, AdafactorStep step) {
    optimizers.adafactorOfVector(cpu(parameter), cpu(gradient), cpu(v), step);
  }
}
