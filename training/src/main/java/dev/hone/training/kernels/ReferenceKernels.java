package dev.hone.training.kernels;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import dev.hone.formats.model.Activation;
import dev.hone.formats.model.Blocks;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The executable specification: each operation as its formula in ND4J, on any backend, in FLOAT or
 * DOUBLE. It makes views and temporaries freely and is not meant to be fast.
 */
public final class ReferenceKernels implements Kernels {
  private static final double GELU_ROOT = Math.sqrt(2 / Math.PI);
  private static final double GELU_CUBE = 0.044715;

  private record ArrayTensor(INDArray array) implements Tensor {
    @Override
    public long[] shape() {
      return array.shape();
    }

    @Override
    public long bytes() {
      return array.length() * array.dataType().width();
    }
  }

  /** Decodes all of its blocks each time it is looked at. */
  private record BlockTensor(Blocks blocks, long[] shape, DataType dataType) implements Tensor {
    @Override
    public INDArray array() {
      float[] values = new float[Math.toIntExact(blocks.elements())];
      blocks.decode(0, values, 0, values.length);
      return Nd4j.createFromArray(values).castTo(dataType).reshape(shape);
    }

    @Override
    public long bytes() {
      return blocks.data().limit();
    }
  }

  private final DataType dataType;
  private final ReferenceAttention attention;

  /**
   * @param dataType FLOAT or DOUBLE
   */
  public ReferenceKernels(DataType dataType) {
    this.dataType = dataType;
    this.attention = new ReferenceAttention(dataType);
  }

  @Override
  public Kernels beside(int threads) {
    return new ReferenceKernels(dataType);
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public Tensor allocate(long... shape) {
    return new ArrayTensor(Nd4j.create(dataType, shape, 'c'));
  }

  @Override
  public Tensor codes(long... shape) {
    return new ArrayTensor(Nd4j.create(DataType.UINT8, shape, 'c'));
  }

  @Override
  public Tensor wrap(INDArray array) {
    if (array.dataType() != dataType || array.ordering() != 'c') {
      throw new IllegalArgumentException(
          "a " + dataType + " row-major array is needed, not " + array.shapeInfoToString());
    }
    return new ArrayTensor(array);
  }

  @Override
  public Tensor frozen(FloatBuffer values, long... shape) {
    Tensor copy = allocate(shape);
    write(values.duplicate(), copy, 0);
    return copy;
  }

  @Override
  public Tensor quantized(Blocks blocks, long... shape) {
    return new BlockTensor(blocks, shape, dataType);
  }

  @Override
  public void write(FloatBuffer from, Tensor to, long offset) {
    float[] values = new float[from.remaining()];
    from.get(values);
    flat(to)
        .get(interval(offset, offset + values.length))
        .assign(Nd4j.createFromArray(values).castTo(to.array().dataType()));
  }

  @Override
  public void read(Tensor from, long offset, FloatBuffer to) {
    INDArray part = flat(from).get(interval(offset, offset + to.remaining()));
    to.put(part.dup().castTo(DataType.FLOAT).toFloatVector());
  }

  @Override
  public void read(Tensor from, long offset, double[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = flat(from).getDouble(offset + i);
    }
  }

  @Override
  public void copyRows(Tensor from, int fromRow, Tensor to, int toRow, int rows) {
    matrix(to)
        .get(interval(toRow, toRow + rows), all())
        .assign(matrix(from).get(interval(fromRow, fromRow + rows), all()));
  }

  @Override
  public void gatherRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    rows(y, rows).assign(pull(x, index, from, rows));
  }

  @Override
  public void scatterRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    for (int i = 0; i < rows; i++) {
      copyRows(x, i, y, index[from + i], 1);
    }
  }

  @Override
  public void addToRows(Tensor x, int[] index, int from, Tensor y, int rows) {
    for (int i = 0; i < rows; i++) {
      matrix(y).getRow(index[from + i]).addi(matrix(x).getRow(i));
    }
  }

  @Override
  public void copyColumns(
      Tensor from, int fromColumn, Tensor to, int toColumn, int columns, int rows) {
    rows(to, rows)
        .get(all(), interval(toColumn, toColumn + columns))
        .assign(rows(from, rows).get(all(), interval(fromColumn, fromColumn + columns)));
  }

  @Override
  public void zero(Tensor x) {
    x.array().assign(0);
  }

  @Override
  public void add(Tensor x, double factor, Tensor y, double beta, int rows) {
    blend(rows(x, rows).mul(factor), rows(y, rows), beta);
  }

  @Override
  public void scale(Tensor x, double factor) {
    x.array().muli(factor);
  }

  @Override
  public void addBias(Tensor bias, Tensor y, int rows) {
    rows(y, rows).addiRowVector(flat(bias));
  }

  @Override
  public void biasBackward(Tensor dY, Tensor dBias, int rows) {
    flat(dBias).addi(rows(dY, rows).sum(0));
  }

  @Override
  public void addNoise(Tensor x, int from, int rows, double magnitude, long seed) {
    INDArray values = flat(x);
    for (long i = (long) from * x.width(); i < (long) (from + rows) * x.width(); i++) {
      double noise = magnitude * (2 * CounterRandom.uniform(seed, i) - 1);
      values.putScalar(i, values.getDouble(i) + noise);
    }
  }

  @Override
  public void scaleColumns(Tensor x, Tensor factors, Tensor y, int rows, double beta) {
    blend(rows(x, rows).mulRowVector(flat(factors)), rows(y, rows), beta);
  }

  @Override
  public void columnDots(Tensor a, Tensor b, Tensor factors, Tensor sums, int rows) {
    flat(sums).addi(rows(a, rows).mul(rows(b, rows)).sum(0).muli(flat(factors)));
  }

  @Override
  public void inverseRowNorms(Tensor squares, Tensor b, Tensor products, Tensor inverseNorm) {
    INDArray crossed = matrix(b).mul(matrix(products).transpose()).sum(1);
    flat(inverseNorm).assign(Transforms.sqrt(crossed.addi(flat(squares))).rdivi(1));
  }

  @Override
  public void dropout(Tensor x, Tensor y, int rows, double p, long seed, double beta) {
    float[] mask = new float[rows * x.width()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = CounterRandom.uniform(seed, i) >= (float) p ? (float) (1 / (1 - p)) : 0;
    }
    INDArray kept = Nd4j.createFromArray(mask).castTo(dataType).reshape(rows, x.width());
    blend(rows(x, rows).mul(kept), rows(y, rows), beta);
  }

  @Override
  public void linear(Tensor x, Tensor w, Tensor y, int rows, double alpha, double beta) {
    blend(rows(x, rows).mmul(matrix(w).transpose()).muli(alpha), rows(y, rows), beta);
  }

  @Override
  public void linearBackwardInput(
      Tensor dY, Tensor w, Tensor dX, int rows, double alpha, double beta) {
    blend(rows(dY, rows).mmul(matrix(w)).muli(alpha), rows(dX, rows), beta);
  }

  @Override
  public void linearBackwardWeight(
      Tensor dY, Tensor x, Tensor dW, int rows, double alpha, double beta) {
    blend(rows(dY, rows).transpose().mmul(rows(x, rows)).muli(alpha), matrix(dW), beta);
  }

  @Override
  public void embed(Tensor table, int[] ids, double scale, Tensor y, int rows) {
    gatherRows(table, ids, 0, y, rows);
    rows(y, rows).muli(scale);
  }

  @Override
  public void embedBackward(Tensor dY, int[] ids, double scale, Tensor dTable, int rows) {
    for (int t = 0; t < rows; t++) {
      matrix(dTable).getRow(ids[t]).addi(matrix(dY).getRow(t).mul(scale));
    }
  }

  @Override
  public void rmsNorm(
      Tensor x, Tensor weight, double offset, Tensor y, Tensor rstd, int rows, double epsilon) {
    INDArray in = rows(x, rows, weight.width());
    INDArray meanSquare = in.mul(in).mean(true, 1);
    INDArray reciprocal = Transforms.sqrt(meanSquare.addi(epsilon)).rdivi(1);
    rows(rstd, rows, 1).assign(reciprocal);
    rows(y, rows, weight.width())
        .assign(in.mulColumnVector(reciprocal).muliRowVector(flat(weight).add(offset)));
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
    INDArray in = rows(x, rows, weight.width());
    INDArray r = rows(rstd, rows, 1);
    INDArray g = rows(dY, rows, weight.width()).mulRowVector(flat(weight).add(offset));
    INDArray projection = g.mul(in).mean(true, 1).muli(r).muli(r);
    INDArray result = g.sub(in.mulColumnVector(projection)).muliColumnVector(r);
    blend(result, rows(dX, rows, weight.width()), beta);
  }

  @Override
  public void rmsNormBackwardWeight(Tensor dY, Tensor x, Tensor rstd, Tensor dWeight, int rows) {
    INDArray normalised = rows(x, rows, dWeight.width()).mulColumnVector(rows(rstd, rows, 1));
    flat(dWeight).addi(normalised.muli(rows(dY, rows, dWeight.width())).sum(0));
  }

  @Override
  public void rope(
      Tensor x, Tensor cos, Tensor sin, int[] positions, int heads, int rows, boolean inverse) {
    int half = cos.width();
    INDArray c = pull(cos, positions, 0, rows);
    INDArray s = pull(sin, positions, 0, rows).muli(inverse ? -1 : 1);
    for (int head = 0; head < heads; head++) {
      int at = x.width() / heads * head;
      INDArray first = rows(x, rows).get(all(), interval(at, at + half));
      INDArray second = rows(x, rows).get(all(), interval(at + half, at + 2 * half));
      INDArray turned = first.mul(c).subi(second.mul(s));
      second.assign(second.mul(c).addi(first.mul(s)));
      first.assign(turned);
    }
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
    attention.forward(
        matrix(q), matrix(k), matrix(v), shape, documents, matrix(out), matrix(logSumExp));
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
    attention.backward(
        matrix(dOut),
        matrix(q),
        matrix(k),
        matrix(v),
        matrix(out),
        matrix(logSumExp),
        shape,
        documents,
        matrix(dQ),
        matrix(dK),
        matrix(dV));
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
    attention.cached(
        matrix(q), matrix(kCache), matrix(vCache), shape, first, seen, matrix(out), rows);
  }

  @Override
  public void glu(Activation a, Tensor gate, Tensor up, Tensor y, int rows) {
    INDArray g = rows(gate, rows);
    INDArray activated =
        a == Activation.SILU
            ? Transforms.sigmoid(g, true).muli(g)
            : geluTanh(g).addi(1).muli(0.5).muli(g);
    rows(y, rows).assign(activated.muli(rows(up, rows)));
  }

  @Override
  public void gluBackward(
      Activation a, Tensor dY, Tensor gate, Tensor up, Tensor dGate, Tensor dUp, int rows) {
    INDArray g = rows(gate, rows);
    INDArray value;
    INDArray slope;
    if (a == Activation.SILU) {
      INDArray s = Transforms.sigmoid(g, true);
      slope = s.rsub(1).muli(g).addi(1).muli(s);
      value = s.mul(g);
    } else {
      INDArray t = geluTanh(g);
      INDArray inner = g.mul(g).muli(3 * GELU_CUBE).addi(1).muli(GELU_ROOT);
      INDArray half = t.add(1).muli(0.5);
      slope = t.mul(t).rsubi(1).muli(inner).muli(g).muli(0.5).addi(half);
      value = half.muli(g);
    }
    rows(dGate, rows).assign(slope.muli(rows(dY, rows)).muli(rows(up, rows)));
    rows(dUp, rows).assign(rows(dY, rows).mul(value));
  }

  private static INDArray geluTanh(INDArray g) {
    INDArray inner = g.mul(g).muli(GELU_CUBE).addi(1).muli(g).muli(GELU_ROOT);
    return Transforms.tanh(inner, false);
  }

  @Override
  public void softCap(Tensor x, double cap, int rows) {
    INDArray values = rows(x, rows);
    values.assign(Transforms.tanh(values.mul(1 / cap), false).muli(cap));
  }

  @Override
  public void crossEntropy(Tensor logits, int[] targets, int from, int rows, TokenLosses losses) {
    INDArray x = rows(logits, rows);
    INDArray max = x.max(true, 1);
    INDArray logSumExp =
        Transforms.log(Transforms.exp(x.subColumnVector(max)).sum(true, 1)).addi(max);
    INDArray logP = x.subColumnVector(logSumExp);
    INDArray entropy = Transforms.exp(logP).muli(logP).sum(1).negi();
    INDArray mean = x.mean(1);
    INDArray best = Nd4j.argMax(x, 1);
    for (int i = 0; i < rows; i++) {
      losses.nll()[from + i] = logSumExp.getDouble(i) - x.getDouble(i, targets[from + i]);
      losses.best()[from + i] = best.getInt(i);
      losses.entropy()[from + i] = entropy.getDouble(i);
      losses.meanLogit()[from + i] = mean.getDouble(i);
      losses.logSumExp()[from + i] = logSumExp.getDouble(i);
    }
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
    crossEntropy(logits, targets, from, rows, losses);
    INDArray x = rows(logits, rows);
    INDArray slope = cap > 0 ? x.mul(x).muli(-1 / (cap * cap)).addi(1) : Nd4j.onesLike(x);
    INDArray g = rows(gradient, rows);
    g.assign(Transforms.softmax(x));
    for (int i = 0; i < rows; i++) {
      int target = targets[from + i];
      double nll = losses.nll()[from + i];
      g.getRow(i).muli(loss.onSoftmax(nll, losses.logSumExp()[from + i]));
      g.getRow(i).subi(loss.onEach(nll, g.columns()));
      g.putScalar(i, target, g.getDouble(i, target) - loss.onTarget(nll));
      g.getRow(i).muli(coefficients[from + i]);
    }
    g.muli(slope);
  }

  @Override
  public void distillation(
      Tensor logits, int[] targets, Taught taught, int from, int rows, TokenLosses losses) {
    crossEntropy(logits, targets, from, rows, losses);
    for (int i = 0; i < rows; i++) {
      new ReferenceDistillation(rows(logits, rows).getRow(i), taught, from + i).measure();
    }
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
    distillation(logits, targets, taught, from, rows, losses);
    INDArray x = rows(logits, rows);
    INDArray slope = cap > 0 ? x.mul(x).muli(-1 / (cap * cap)).addi(1) : Nd4j.onesLike(x);
    INDArray likelihood = Transforms.softmax(x).muli(taught.loss().ceAlpha());
    for (int i = 0; i < rows; i++) {
      int target = targets[from + i];
      double known = likelihood.getDouble(i, target);
      likelihood.putScalar(i, target, known - taught.loss().ceAlpha());
      INDArray divergence = new ReferenceDistillation(x.getRow(i), taught, from + i).gradient();
      INDArray row = likelihood.getRow(i).add(divergence.muli(taught.loss().alpha()));
      rows(gradient, rows).getRow(i).assign(row.muli(coefficients[from + i]));
    }
    rows(gradient, rows).muli(slope);
  }

  @Override
  public void topLogProbabilities(
      Tensor logits, int k, int from, int rows, int[] ids, float[] logps) {
    ReferenceTopK.run(rows(logits, rows), k, from, ids, logps);
  }

  @Override
  public double sumOfSquares(Tensor x) {
    INDArray wide = x.array().castTo(DataType.DOUBLE);
    return wide.mul(wide).sumNumber().doubleValue();
  }

  @Override
  public void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamWStep step) {
    ReferenceOptimizers.adamW(parameter.array(), gradient.array(), m.array(), v.array(), step);
  }

  @Override
  public void adamW8bit(
      Tensor parameter, Tensor gradient, Quantized m, Quantized v, AdamWStep step) {
    new ReferenceAdamW8bit().step(parameter.array(), gradient.array(), m, v, step);
  }

  @Override
  public void lion(Tensor parameter, Tensor gradient, Tensor m, LionStep step) {
    ReferenceOptimizers.lion(parameter.array(), gradient.array(), m.array(), step);
  }

  @Override
  public void adafactor(
      Tensor parameter, Tensor gradient, Tensor rows, Tensor columns, AdafactorStep step) {
    ReferenceOptimizers.adafactor(
        parameter.array(), gradient.array(), rows.array(), columns.array(), step);
  }

  @Override
  public void adafactorOfVector(Tensor parameter, Tensor gradient, Tensor v, AdafactorStep step) {
    ReferenceOptimizers.adafactorOfVector(parameter.array(), gradient.array(), v.array(), step);
  }

  /** target = beta * target + result, not reading target where beta is 0. */
  private static void blend(INDArray result, INDArray target, double beta) {
    target.assign(beta == 0 ? result : result.addi(target.mul(beta)));
  }

  /** Copies of the rows of x that the index names. */
  private static INDArray pull(Tensor x, int[] index, int from, int rows) {
    return Nd4j.pullRows(matrix(x), 1, Arrays.copyOfRange(index, from, from + rows), 'c');
  }

  private static INDArray flat(Tensor x) {
    return x.array().reshape(x.length());
  }

  private static INDArray matrix(Tensor x) {
    return x.array().reshape(x.length() / x.width(), x.width());
  }

  private static INDArray rows(Tensor x, int rows) {
    return rows(x, rows, x.width());
  }

  /** The first rows of x, read as rows of that width: a view. */
  private static INDArray rows(Tensor x, int rows, int width) {
    return x.array().reshape(x.length() / width, width).get(interval(0, rows), all());
  }
}
