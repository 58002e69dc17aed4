package dev.hone.training.kernels.cpu;

import dev.hone.formats.model.Activation;
import dev.hone.formats.model.Blocks;
import dev.hone.formats.model.TensorInfo;
import dev.hone.training.kernels.AdafactorStep;
import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.AttentionShape;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.LionStep;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.Quantized;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Kernels that hold no memory and compute nothing, but count the bytes that {@link CpuKernels} of
 * the same precision would hold. The code that builds and runs a model runs on them unchanged, so
 * that a plan of its memory cannot say something else than what it allocates.
 *
 * <p>Tensors of these kernels have a shape and no values.
 */
public final class CountingKernels implements Kernels {
  private final Precision precision;
  private final Map<MemoryUse, Long> bytes;
  private final Temporary temporary;
  private final MemoryUse use;

  /** Kernels that have counted nothing; what is allocated for no named use is an activation. */
  public CountingKernels(Precision precision) {
    this(precision, new EnumMap<>(MemoryUse.class), new Temporary(), MemoryUse.ACTIVATIONS);
  }

  private CountingKernels(
      Precision precision, Map<MemoryUse, Long> bytes, Temporary temporary, MemoryUse use) {
    this.precision = precision;
    this.bytes = bytes;
    this.temporary = temporary;
    this.use = use;
  }

  /**
   * A tensor without values.
   *
   * @param blockElements of a quantized one; else 0
   */
  private record Shape(long[] shape, boolean half, int blockElements, long bytes)
      implements Tensor {
    @Override
    public INDArray array() {
      throw noMemory();
    }
  }

  /** What {@link SplitTensor} is, without values. */
  private record Halves(long[] shape, long bytes) implements Tensor {
    @Override
    public INDArray array() {
      throw noMemory();
    }
  }

  private static UnsupportedOperationException noMemory() {
    return new UnsupportedOperationException("a tensor of a plan has a shape and no memory");
  }

  /** The largest operands that a product had to convert so far, in elements. */
  private static final class Temporary {
    private long left;
    private long right;
    private long tile;
    private long sum;
  }

  /** What was allocated so far, by its use; nothing is ever given back. */
  public Map<MemoryUse, Long> bytes() {
    Map<MemoryUse, Long> all = new EnumMap<>(bytes);
    long products =
        Short.BYTES * (temporary.left + temporary.right)
            + width(precision == Precision.BF16) * temporary.tile
            + Float.BYTES * temporary.sum;
    if (products > 0) {
      all.put(MemoryUse.CONVERSIONS, products);
    }
    return all;
  }

  private static int width(boolean half) {
    return half ? Short.BYTES : Float.BYTES;
  }

  private Tensor count(MemoryUse what, boolean half, long... shape) {
    long size = Math.multiplyExact(TensorInfo.elements(shape), width(half));
    return count(what, new Shape(shape.clone(), half, 0, size));
  }

  private Tensor count(MemoryUse what, Shape tensor) {
    bytes.merge(what, tensor.bytes(), Math::addExact);
    return tensor;
  }

  /**
   * Operands that are not bf16 are converted to two buffers, which grow with the largest; beside a
   * matrix in bf16 to the parts that {@link PartProducts} multiplies.
   */
  private void product(Tensor a, long aLength, Tensor b, long bLength) {
    if (precision == Precision.F32) {
      temporary.left = Math.max(temporary.left, isHalf(b) ? PartProducts.PARTS * aLength : 0);
    } else {
      temporary.left = Math.max(temporary.left, isHalf(a) ? 0 : aLength);
      temporary.right = Math.max(temporary.right, isHalf(b) || isBlocks(b) ? 0 : bLength);
    }
  }

  /** Rows of a quantized matrix are decoded to a buffer; see {@link BlockProducts}. */
  private void decode(Tensor w, Tensor dX, int rows) {
    int blockElements = ((Shape) w).blockElements();
    if (blockElements == 0) {
      return;
    }
    long out = w.shape()[0];
    long step = BlockProducts.step((int) out, w.width(), blockElements, BlockProducts.TILE);
    temporary.tile = Math.max(temporary.tile, step * w.width());
    if (dX != null && step < out && isHalf(dX)) {
      temporary.sum = Math.max(temporary.sum, (long) rows * w.width());
    }
  }

  private static boolean isHalf(Tensor tensor) {
    return ((Shape) tensor).half();
  }

  private static boolean isBlocks(Tensor tensor) {
    return ((Shape) tensor).blockElements() > 0;
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT;
  }

  @Override
  public Kernels forUse(MemoryUse other) {
    return new CountingKernels(precision, bytes, temporary, other);
  }

  @Override
  public Tensor allocate(long... shape) {
    return count(use, false, shape);
  }

  @Override
  public Tensor operand(long... shape) {
    return count(use, precision == Precision.BF16, shape);
  }

  @Override
  public Tensor trained(Tensor memory) {
    return precision == Precision.BF16 ? new Halves(memory.shape(), memory.bytes()) : memory;
  }

  @Override
  public Tensor operandOf(Tensor tensor) {
    if (tensor instanceof Halves) {
      return new Shape(tensor.shape(), true, 0, tensor.bytes() / 2);
    }
    return precision == Precision.BF16 ? count(use, true, tensor.shape()) : tensor;
  }

  @Override
  public Tensor operandOver(Tensor tensor) {
    boolean half = precision == Precision.BF16;
    return half ? new Shape(tensor.shape(), true, 0, tensor.bytes() / 2) : tensor;
  }

  @Override
  public Tensor codes(long... shape) {
    return count(use, new Shape(shape.clone(), false, 0, TensorInfo.elements(shape)));
  }

  @Override
  public Tensor wrap(INDArray array) {
    throw new UnsupportedOperationException("an array of ND4J has memory, and a plan has none");
  }

  @Override
  public Tensor run(Tensor tensor, long from, long length) {
    return new Shape(new long[] {length}, false, 0, length * Float.BYTES);
  }

  @Override
  public boolean mapsFrozen(long... shape) {
    return precision == Precision.F32 || shape.length < 2;
  }

  @Override
  public Tensor frozenCopy(boolean bf16, long... shape) {
    return bf16 && PartProducts.suit(precision) ? count(use, true, shape) : operand(shape);
  }

  @Override
  public Tensor frozen(FloatBuffer values, long... shape) {
    return count(MemoryUse.FROZEN_MAPPED, false, shape);
  }

  @Override
  public Tensor quantized(Blocks blocks, long... shape) {
    int elements = blocks.format().elements();
    return count(use, new Shape(shape.clone(), false, elements, blocks.data().limit()));
  }

  @Override
  public void linear(Tensor x, Tensor w, Tensor y, int rows, double alpha, double beta) {
    decode(w, null, rows);
    product(x, (long) rows * w.width(), w, w.length());
  }

  @Override
  public void linearBackwardInput(
      Tensor dY, Tensor w, Tensor dX, int rows, double alpha, double beta) {
    decode(w, dX, rows);
    product(dY, rows * w.shape()[0], w, w.length());
  }

  @Override
  public void linearBackwardWeight(
      Tensor dY, Tensor x, Tensor dW, int rows, double alpha, double beta) {
    product(dY, rows * dW.shape()[0], x, (long) rows * dW.width());
  }

  @Override
  public void write(FloatBuffer from, Tensor to, long offset) {
    from.position(from.limit());
  }

  @Override
  public void read(Tensor from, long offset, FloatBuffer to) {
    to.position(to.limit());
  }

  @Override
  public double sumOfSquares(Tensor x) {
    return 0;
  }

  // The rest works in place.

  @Override
  public void copyRows(Tensor from, int fromRow, Tensor to, int toRow, int rows) {}

  @Override
  public void gatherRows(Tensor x, int[] index, int from, Tensor y, int rows) {}

  @Override
  public void scatterRows(Tensor x, int[] index, int from, Tensor y, int rows) {}

  @Override
  public void addToRows(Tensor x, int[] index, int from, Tensor y, int rows) {}

  @Override
  public void zero(Tensor x) {}

  @Override
  public void add(Tensor x, double factor, Tensor y, double beta, int rows) {}

  @Override
  public void copyColumns(
      Tensor from, int fromColumn, Tensor to, int toColumn, int columns, int rows) {}

  @Override
  public void softCap(Tensor x, double cap, int rows) {}

  @Override
  public void scale(Tensor x, double factor) {}

  @Override
  public void addBias(Tensor bias, Tensor y, int rows) {}

  @Override
  public void biasBackward(Tensor dY, Tensor dBias, int rows) {}

  @Override
  public void addNoise(Tensor x, int from, int rows, double magnitude, long seed) {}

  @Override
  public void scaleColumns(Tensor x, Tensor factors, Tensor y, int rows, double beta) {}

  @Override
  public void columnDots(Tensor a, Tensor b, Tensor factors, Tensor sums, int rows) {}

  @Override
  public void inverseRowNorms(Tensor squares, Tensor b, Tensor products, Tensor inverseNorm) {}

  @Override
  public void dropout(Tensor x, Tensor y, int rows, double p, long seed, double beta) {}

  @Override
  public void embed(Tensor table, int[] ids, double scale, Tensor y, int rows) {}

  @Override
  public void embedBackward(Tensor dY, int[] ids, double scale, Tensor dTable, int rows) {}

  @Override
  public void rmsNorm(
      Tensor x, Tensor weight, double offset, Tensor y, Tensor rstd, int rows, double epsilon) {}

  @Override
  public void rmsNormBackwardInput(
      Tensor dY,
      Tensor x,
      Tensor weight,
      double offset,
      Tensor rstd,
      Tensor dX,
      int rows,
      double beta) {}

  @Override
  public void rmsNormBackwardWeight(Tensor dY, Tensor x, Tensor rstd, Tensor dWeight, int rows) {}

  @Override
  public void rope(
      Tensor x, Tensor cos, Tensor sin, int[] positions, int heads, int rows, boolean inverse) {}

  @Override
  public void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape,
      Documents documents,
      Tensor out,
      Tensor logSumExp) {}

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
      Tensor dV) {}

  @Override
  public void attentionCached(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      AttentionShape shape,
      int[] first,
      int[] seen,
      Tensor out,
      int rows) {}

  @Override
  public void glu(Activation a, Tensor gate, Tensor up, Tensor y, int rows) {}

  @Override
  public void gluBackward(
      Activation a, Tensor dY, Tensor gate, Tensor up, Tensor dGate, Tensor dUp, int rows) {}

  @Override
  public void crossEntropy(Tensor logits, int[] targets, int from, int rows, TokenLosses losses) {}

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
      Tensor gradient) {}

  @Override
  public void distillation(
      Tensor logits, int[] targets, Taught taught, int from, int rows, TokenLosses losses) {}

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
      Tensor gradient) {}

  @Override
  public void topLogProbabilities(
      Tensor logits, int k, int from, int rows, int[] ids, float[] logps) {}

  @Override
  public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamWStep step) {}

  @Override
  public void adamW8bit(
      Tensor parameter, Tensor gradient, Quantized m, Quantized v, AdamWStep step) {}

  @Override
  public void lion(Tensor parameter, Tensor gradient, Tensor m, LionStep step) {}

  @Override
  public void adafactor(
      Tensor parameter, Tensor gradient, Tensor rows, Tensor columns, AdafactorStep step) {}

  @Override
  public void adafactorOfVector(Tensor parameter, Tensor gradient, Tensor v, AdafactorStep step) {}
}
