package dev.hone.training.kernels;

import dev.hone.formats.model.Activation;
import dev.hone.formats.model.Blocks;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Every arithmetic operation of training and generation. {@link ReferenceKernels} says in plain
 * ND4J what each one means; others must agree with it.
 *
 * <p>Conventions: {@code rows} is how many of the first rows of an activation count, tensors with
 * fewer rows than that are a defect of the caller. A weight is {@code [out, in]}, as Hugging Face
 * stores it. Where {@code beta} is given, the result is {@code beta * old + new}, and with 0 the
 * old contents are not read (they may be NaN). Weight gradients add up over calls until the caller
 * zeroes them. Arguments must not overlap unless an operation allows it. An instance serves one
 * thread at a time.
 */
public interface Kernels {

  /** FLOAT, or DOUBLE for gradient checks: the type of {@link #allocate}. */
  DataType dataType();

  /** Threads that an operation is computed with. */
  default int threads() {
    return 1;
  }

  /**
   * Changes {@link #threads} until it is called again.
   *
   * @param count at most those that the kernels were made with
   */
  default void useThreads(int count) {}

  /**
   * Kernels of the same kind for another thread, which works beside that of these. What one
   * allocates the other may read.
   *
   * @param threads of an operation
   */
  default Kernels beside(int threads) {
    throw new UnsupportedOperationException("these kernels serve one thread at a time");
  }

  // Memory.

  /** A new tensor of zeros. */
  Tensor allocate(long... shape);

  /**
   * Zeros {@code [1, length]}: memory for all weights of a model, or all their gradients, one after
   * the other. It may be longer than one tensor can be; {@link #wrap} makes tensors of its parts.
   */
  default INDArray flat(long length) {
    return Nd4j.zeros(dataType(), 1, length);
  }

  /**
   * A new tensor of zeros for what products read and write: activations between layers. In the type
   * of {@link Precision}, so it may round what is stored.
   */
  default Tensor operand(long... shape) {
    return allocate(shape);
  }

  /**
   * These kernels, whose allocations from now on are for that use. It changes nothing but what a
   * plan of memory says of them ({@link dev.hone.training.kernels.cpu.CountingKernels}).
   */
  default Kernels forUse(MemoryUse use) {
    return this;
  }

  /**
   * A matrix that is trained and that products read, on the memory of a tensor of {@link #allocate}
   * or {@link #wrap}, whose values it does not keep: that tensor itself; or, where products read
   * half of the bits, the same values in two halves. Of those {@link #operandOf} is the upper one,
   * and whatever changes the matrix changes both.
   */
  default Tensor trained(Tensor memory) {
    return memory;
  }

  /**
   * What products read instead of a tensor: of one of {@link #trained} itself or its upper half; of
   * another itself, or a copy in the type of {@link Precision} that {@link #refresh} fills.
   */
  default Tensor operandOf(Tensor tensor) {
    return tensor;
  }

  /**
   * What products read instead of a tensor of {@link #allocate}, on its own memory: the tensor
   * itself, or rows in the type of {@link Precision}, each where the tensor's row begins. Whoever
   * writes a row of it has read that row of the tensor before.
   */
  default Tensor operandOver(Tensor tensor) {
    return tensor;
  }

  /** Copies a tensor of {@link #allocate} to its {@link #operandOf}. */
  default void refresh(Tensor tensor, Tensor operand) {}

  /**
   * A new tensor of zero bytes, the codes of 8-bit state; {@link #read} and {@link #write} see them
   * as the numbers 0 to 255. Nothing else reads them but {@link #adamW8bit}.
   */
  Tensor codes(long... shape);

  /** A dense row-major ND4J array (a view of a flat buffer, say) as a tensor on the same memory. */
  Tensor wrap(INDArray array);

  /**
   * A run of the elements of a tensor of {@link #allocate} or {@link #wrap}, as a tensor {@code
   * [length]} on the same memory.
   *
   * @param from number of the first
   */
  default Tensor run(Tensor tensor, long from, long length) {
    INDArray line = tensor.array().reshape('c', new long[] {tensor.length()});
    INDArray part = line.get(NDArrayIndex.interval(from, from + length));
    return wrap(part.reshape('c', new long[] {length}));
  }

  /**
   * Whether {@link #frozen} computes on the caller's memory for a weight of that shape. Where it
   * would copy, the values are better read into {@link #operand}.
   */
  default boolean mapsFrozen(long... shape) {
    return true;
  }

  /**
   * A new matrix of zeros for values that are read from a file and then never written: {@link
   * #linear}, {@link #linearBackwardInput}, {@link #embed}, {@link #read} and {@link #write} take
   * it. It rounds no more than {@link #operand} does.
   *
   * @param bf16 whether the values are all bfloat16
   * @param shape {@code [out, in]}
   */
  default Tensor frozenCopy(boolean bf16, long... shape) {
    return operand(shape);
  }

  /**
   * A weight that is never written, on memory that the caller keeps mapped; copied where this
   * implementation cannot compute on it directly.
   *
   * @param values direct, little-endian, {@code position()} at the first element
   */
  Tensor frozen(FloatBuffer values, long... shape);

  /**
   * A matrix that is never written and stays quantized: {@link #linear}, {@link
   * #linearBackwardInput}, {@link #embed} and {@link #read} take it and decode what they need. The
   * bytes are used where they are if they are native memory (a mapped file), and copied otherwise.
   *
   * @param shape {@code [out, in]}; as many elements as the blocks have
   */
  Tensor quantized(Blocks blocks, long... shape);

  /**
   * Copies the remaining floats of {@code from} to the elements of {@code to} from offset on; moves
   * the buffer's position to its limit.
   */
  void write(FloatBuffer from, Tensor to, long offset);

  /**
   * Copies {@code to.remaining()} elements of {@code from}, from offset on; moves the buffer's
   * position to its limit.
   */
  void read(Tensor from, long offset, FloatBuffer to);

  /**
   * Copies {@code count} elements of {@code from}, from offset on, to {@code to[at]} and what
   * follows, of doubles without rounding.
   */
  default void read(Tensor from, long offset, double[] to, int at, int count) {
    FloatBuffer values = FloatBuffer.allocate(count);
    read(from, offset, values);
    for (int i = 0; i < count; i++) {
      to[at + i] = values.get(i);
    }
  }

  /** {@code to[toRow + i] = from[fromRow + i]} for i in [0, rows). */
  void copyRows(Tensor from, int fromRow, Tensor to, int toRow, int rows);

  /** {@code y[i] = x[index[from + i]]} for i in [0, rows): x {@code [*, C]}, y {@code [*, C]}. */
  void gatherRows(Tensor x, int[] index, int from, Tensor y, int rows);

  /** {@code y[index[from + i]] = x[i]} for i in [0, rows); indices do not repeat. */
  void scatterRows(Tensor x, int[] index, int from, Tensor y, int rows);

  /** {@code y[index[from + i]] += x[i]} for i in [0, rows); indices may repeat. */
  void addToRows(Tensor x, int[] index, int from, Tensor y, int rows);

  /**
   * {@code to[t, toColumn + i] = from[t, fromColumn + i]} for i in [0, columns), first {@code rows}
   * rows.
   */
  void copyColumns(Tensor from, int fromColumn, Tensor to, int toColumn, int columns, int rows);

  /** Zeroes the whole tensor. */
  void zero(Tensor x);

  // Elementwise.

  /** {@code y = beta * y + factor * x}, first {@code rows} rows. */
  void add(Tensor x, double factor, Tensor y, double beta, int rows);

  /** {@code x *= factor}, whole tensor. */
  void scale(Tensor x, double factor);

  /** {@code y[t] += bias}: y {@code [T, N]}, bias {@code [N]}. */
  void addBias(Tensor bias, Tensor y, int rows);

  /** {@code dBias += sum over t of dY[t]}. */
  void biasBackward(Tensor dY, Tensor dBias, int rows);

  /**
   * {@code y[t] = beta * y[t] + factors * x[t]}: x and y {@code [T, N]}, factors {@code [N]}. y may
   * be x where beta is 0.
   */
  void scaleColumns(Tensor x, Tensor factors, Tensor y, int rows, double beta);

  /**
   * {@code sums += factors * sum over t of a[t] * b[t]}: a, b {@code [T, N]}, the others {@code
   * [N]}.
   */
  void columnDots(Tensor a, Tensor b, Tensor factors, Tensor sums, int rows);

  /**
   * {@code y = beta * y + keep(i) * x / (1 - p)}, keep(i) = {@link CounterRandom#uniform} (seed, i)
   * {@code >= p}, where i counts the elements of the first {@code rows} rows. The backward pass is
   * the same call on the gradients, with the same seed.
   */
  void dropout(Tensor x, Tensor y, int rows, double p, long seed, double beta);

  /**
   * {@code x[i] += magnitude * (2 u(i) - 1)}, u(i) = {@link CounterRandom#uniform} (seed, i), where
   * i counts the elements of the whole tensor, of the rows [from, from + rows).
   */
  void addNoise(Tensor x, int from, int rows, double magnitude, long seed);

  // Linear.

  /**
   * {@code y = alpha * x wᵀ + beta * y}: x {@code [T, in]}, w {@code [out, in]}, y {@code [T,
   * out]}.
   */
  void linear(Tensor x, Tensor w, Tensor y, int rows, double alpha, double beta);

  /** Forward was {@code y = alpha * x wᵀ}, so {@code dX = alpha * dY w + beta * dX}. */
  void linearBackwardInput(Tensor dY, Tensor w, Tensor dX, int rows, double alpha, double beta);

  /** Forward was {@code y = alpha * x wᵀ}, so {@code dW = alpha * dYᵀ x + beta * dW}. */
  void linearBackwardWeight(Tensor dY, Tensor x, Tensor dW, int rows, double alpha, double beta);

  /**
   * One over the lengths of the rows of {@code W + s B A} (Liu et al. 2024, DoRA, equation 5),
   * without that matrix: {@code inverseNorm = 1 / sqrt(squares[o] + sum over k of b[o, k] *
   * products[k, o])}.
   *
   * @param squares {@code [out]}, of each row of W the sum of its squares
   * @param b B {@code [out, R]}
   * @param products {@code [R, out]}: {@code 2 s A Wᵀ + s² A Aᵀ Bᵀ}
   */
  void inverseRowNorms(Tensor squares, Tensor b, Tensor products, Tensor inverseNorm);

  // Decoder.

  /** {@code y[t] = scale * table[ids[t]]}: table {@code [V, C]}, y {@code [T, C]}. */
  void embed(Tensor table, int[] ids, double scale, Tensor y, int rows);

  /**
   * Forward was {@code y[t] = scale * table[ids[t]]}, so {@code dTable[ids[t]] += scale * dY[t]}.
   */
  void embedBackward(Tensor dY, int[] ids, double scale, Tensor dTable, int rows);

  /**
   * Root mean square normalisation (Zhang and Sennrich 2019, equation 4): {@code rstd = 1 /
   * sqrt(mean(x²) + epsilon)}, {@code y = x * rstd * (offset + weight)}. A row is as wide as
   * weight: for q/k norms a tensor {@code [T, NH * HS]} is read as {@code rows = T * NH} rows of
   * HS. y may be x.
   *
   * @param offset 0, or 1 in the manner of Gemma
   * @param rstd {@code [rows]}, kept for the backward pass
   */
  void rmsNorm(
      Tensor x, Tensor weight, double offset, Tensor y, Tensor rstd, int rows, double epsilon);

  /**
   * Forward was {@code y = x * rstd * (offset + weight)}, so with g = dY * (offset + weight):
   * {@code dX = beta * dX + rstd * (g - x * rstd² * mean(g * x))}. dX may be dY where beta is 0.
   */
  void rmsNormBackwardInput(
      Tensor dY,
      Tensor x,
      Tensor weight,
      double offset,
      Tensor rstd,
      Tensor dX,
      int rows,
      double beta);

  /**
   * Forward was {@code y = x * rstd * (offset + weight)}, so {@code dWeight += sum over t of dY * x
   * * rstd}.
   */
  void rmsNormBackwardWeight(Tensor dY, Tensor x, Tensor rstd, Tensor dWeight, int rows);

  /**
   * Rotates the first D elements of every head of x {@code [T, heads * HS]} in place: the pair (i,
   * i + D/2) of row t turns by the angle whose cosine and sine are {@code cos[positions[t], i]} and
   * {@code sin[positions[t], i]} (Su et al. 2021, equation 34, in the half-split order of Hugging
   * Face).
   *
   * @param cos {@code [P, D / 2]}, D at most HS
   * @param inverse turn back: the backward pass, as a rotation's inverse is its transpose
   */
  void rope(
      Tensor x, Tensor cos, Tensor sin, int[] positions, int heads, int rows, boolean inverse);

  /**
   * Causal attention inside each document: {@code out[t] = softmax over s <= t of c(scale *
   * q[t]·k[s]) v[s]}, head by head, for s in the document of t and {@code t - s < window}; c is
   * {@code softCap * tanh(x / softCap)} where there is a cap, and else nothing.
   *
   * @param q {@code [T, NH * HS]}, after RoPE
   * @param k {@code [T, NKV * HS]}, after RoPE
   * @param v {@code [T, NKV * HS]}
   * @param documents whose rows are all that is read and written; t and s count the tokens of one,
   *     those that it shares among them
   * @param out {@code [T, NH * HS]}
   * @param logSumExp {@code [NH, T capacity]}, log of each softmax's denominator, for the backward
   */
  void attention(
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape,
      Documents documents,
      Tensor out,
      Tensor logSumExp);

  /**
   * Forward was P = softmax(S), S = c(scale * q kᵀ), out = P v. So, head by head, dV = Pᵀ dOut;
   * with dP = dOut vᵀ and dS = P * (dP - sum(dOut * out)), times {@code 1 - (S / softCap)²} where
   * there is a cap: dQ = scale * dS k, dK = scale * dSᵀ q. The heads of a group add up in dK and
   * dV, as do the documents that share a row. dQ, dK and dV are overwritten.
   */
  void attentionBackward(
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
      Tensor dV);

  /**
   * Attention of new rows over a cache that holds several sequences: row i sees the {@code seen[i]}
   * cached rows from {@code first[i]} on, its own among them, or the last of them that its window
   * holds.
   *
   * @param q {@code [rows, NH * HS]}
   * @param kCache {@code [P, NKV * HS]}
   * @param first {@code [rows]} where the sequence of each row begins in the cache
   * @param seen {@code [rows]} how many of its rows each row sees
   */
  void attentionCached(
      Tensor q,
      Tensor kCache,
      Tensor vCache,
      AttentionShape shape,
      int[] first,
      int[] seen,
      Tensor out,
      int rows);

  /** {@code y = a(gate) * up} (Shazeer 2020, equation 6); {@link Activation} has the a. */
  void glu(Activation a, Tensor gate, Tensor up, Tensor y, int rows);

  /**
   * Forward was {@code y = a(gate) * up}, so {@code dUp = dY * a(gate)}, {@code dGate = dY * up *
   * a'(gate)}. With s = 1 / (1 + exp(-g)), silu' is {@code s * (1 + g * (1 - s))}; with t =
   * tanh(u), u = sqrt(2/π) (g + 0.044715 g³), gelu' is {@code (1 + t) / 2 + g / 2 * (1 - t²) * u'}.
   * dUp may be dY.
   */
  void gluBackward(
      Activation a, Tensor dY, Tensor gate, Tensor up, Tensor dGate, Tensor dUp, int rows);

  // Loss.

  /** {@code x = cap * tanh(x / cap)}, first {@code rows} rows. */
  void softCap(Tensor x, double cap, int rows);

  /**
   * Fills {@code losses} at [from, from + rows) for logits {@code [rows, V]}: {@code nll = log(sum
   * exp(logits)) - logits[target]}, and what else {@link TokenLosses} has. The logits stay.
   *
   * @param targets token ids; row i of logits belongs to {@code targets[from + i]}
   */
  void crossEntropy(Tensor logits, int[] targets, int from, int rows, TokenLosses losses);

  /**
   * As {@link #crossEntropy}, and the gradient of the logits: {@code coefficients[from + i]} times
   * the derivative of {@link TokenLoss}, for the plain one {@code softmax(logits) -
   * onehot(target)}. Where {@link #softCap} made the logits, the gradient of what it was given:
   * that times {@code 1 - (logits / cap)²}.
   *
   * @param cap of the logits; 0: none
   * @param coefficients derivative of the objective by each loss
   * @param gradient {@code [rows, V]}; may be the logits
   */
  void crossEntropyWithGradient(
      Tensor logits,
      double cap,
      int[] targets,
      double[] coefficients,
      TokenLoss loss,
      int from,
      int rows,
      TokenLosses losses,
      Tensor gradient);

  /**
   * As {@link #crossEntropy}, and {@link Taught#divergences} at [from, from + rows): how far each
   * row is from what the teacher says of its target. {@link DistillationLoss} has the formulas.
   */
  void distillation(
      Tensor logits, int[] targets, Taught taught, int from, int rows, TokenLosses losses);

  /**
   * As {@link #distillation}, and the gradient of the logits: {@code coefficients[from + i]} times
   * the derivative of {@link DistillationLoss}. A cap is met as in {@link
   * #crossEntropyWithGradient}.
   *
   * @param cap of the logits; 0: none
   * @param coefficients derivative of the objective by each loss
   * @param gradient {@code [rows, V]}; may be the logits
   */
  void distillationWithGradient(
      Tensor logits,
      double cap,
      int[] targets,
      double[] coefficients,
      Taught taught,
      int from,
      int rows,
      TokenLosses losses,
      Tensor gradient);

  /**
   * The k highest logits of each row, {@code [rows, V]}, as tokens and log-probabilities {@code
   * logit - log(sum exp(logits))}, at {@code [from + i, 0..k)}: highest first, the lowest id of
   * equals first. The logits stay.
   *
   * @param k at most V
   * @param ids {@code [N, k]}
   * @param logps {@code [N, k]}
   */
  void topLogProbabilities(Tensor logits, int k, int from, int rows, int[] ids, float[] logps);

  // Optimizer.

  /** Sum of the squares of the whole tensor, added up in double. */
  double sumOfSquares(Tensor x);

  /**
   * With g = gradientScale * gradient: {@code p *= 1 - lr * decay; m = b1 m + (1 - b1) g; v = b2 v
   * + (1 - b2) g²; p -= lr / (1 - b1^step) * m / (sqrt(v / (1 - b2^step)) + epsilon)}. The gradient
   * stays.
   */
  void adamW(Tensor parameter, Tensor gradient, Tensor m, Tensor v, AdamWStep step);

  /**
   * As {@link #adamW}, with moments of 8 bits. They are decoded, moved by the formula in f32, used
   * for the update as they are then, and encoded: the largest absolute value of each block, and for
   * each element the code nearest to its part of that; the code of 0 in a block of zeros.
   *
   * @param m in codes of {@link DynamicMap#signed}
   * @param v in codes of {@link DynamicMap#unsigned}
   */
  void adamW8bit(Tensor parameter, Tensor gradient, Quantized m, Quantized v, AdamWStep step);

  /**
   * With g = gradientScale * gradient: {@code p *= 1 - lr * decay; p -= lr * sign(b1 m + (1 - b1)
   * g); m = b2 m + (1 - b2) g}, where the sign of 0 is 0. The gradient stays.
   */
  void lion(Tensor parameter, Tensor gradient, Tensor m, LionStep step);

  /**
   * With g = gradientScale * gradient {@code [out, in]} and s = g² + epsilon: {@code R = b R + (1 -
   * b) mean of s over each row; C = b C + (1 - b) mean of s over each column; u = g / sqrt(R /
   * mean(R) * C); p = p (1 - lr * decay) - lr * u / max(1, rms(u) / clipThreshold)}. The gradient
   * stays.
   *
   * @param rows R {@code [out]}
   * @param columns C {@code [in]}
   */
  void adafactor(
      Tensor parameter, Tensor gradient, Tensor rows, Tensor columns, AdafactorStep step);

  /**
   * As {@link #adafactor}, for what is no matrix: {@code v = b v + (1 - b) s; u = g / sqrt(v)}.
   *
   * @param v of the shape of the parameter
   */
  void adafactorOfVector(Tensor parameter, Tensor gradient, Tensor v, AdafactorStep step);
}
