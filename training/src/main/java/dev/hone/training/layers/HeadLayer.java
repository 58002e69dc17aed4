package dev.hone.training.layers;

import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.TokenLosses;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;

/**
 * Final norm, vocabulary logits and cross entropy, only for rows that predict a target, and so many
 * of them at a time: the logits of a whole batch {@code [T, V]} never exist.
 */
@SuppressWarnings("serial") // see DecoderLayer
public final class HeadLayer extends LossLayer {
  private static final long serialVersionUID = 1L;

  private final RmsNorm norm;
  private final Weight weight; // [V, C]
  private final double scale;
  private final double cap;
  private final Tensor source; // [T, C]
  private final Tensor gradient; // [T, C]
  private final int chunk;
  private final Tensor rowsIn; // [chunk, C]
  private final Tensor normed; // [chunk, C]
  private final Tensor dNormed; // [chunk, C]
  private final Tensor logits; // [chunk, V]
  private final Tensor dLogits; // [chunk, V], on the memory of the logits
  private final TokenLosses losses;
  private final int[] oneRow = new int[1];
  private boolean objectiveIsFresh;
  private double objective;

  /**
   * @param norm the final norm, of at least chunk rows
   * @param weight {@code [V, C]}; of a tied model the embedding's own object
   * @param tied whether the weight belongs to the embedding layer
   * @param scale of the logits
   * @param cap that {@link Kernels#softCap} keeps the scaled logits in; empty: none
   * @param source the output of the last block
   * @param gradient of the residual stream, shared by all layers
   * @param chunk rows of logits at a time
   */
  public HeadLayer(
      Kernels kernels,
      Batch batch,
      RmsNorm norm,
      Weight weight,
      boolean tied,
      double scale,
      OptionalDouble cap,
      Tensor source,
      Tensor gradient,
      int chunk) {
    super(kernels, batch, tied ? List.of(norm.weight()) : List.of(norm.weight(), weight));
    this.norm = norm;
    this.weight = weight;
    this.scale = scale;
    this.cap = cap.orElse(0);
    this.source = source;
    this.gradient = gradient;
    this.chunk = chunk;
    this.rowsIn = kernels.allocate(chunk, source.width());
    this.normed = kernels.operand(chunk, source.width());
    this.dNormed = kernels.allocate(chunk, source.width());
    this.logits = kernels.allocate(chunk, weight.shape()[0]);
    this.dLogits = kernels.operandOver(logits);
    this.losses = TokenLosses.allocate(Math.toIntExact(source.shape()[0]));
  }

  /** The losses of the batch, without gradients. */
  @Override
  public void forward() {
    for (int from = 0; from < batch.lossCount(); from += chunk) {
      int rows = Math.min(chunk, batch.lossCount() - from);
      logits(batch.lossRows(), from, rows);
      if (batch.taught().isPresent()) {
        kernels.distillation(logits, batch.targets(), batch.taught().get(), from, rows, losses);
      } else {
        kernels.crossEntropy(logits, batch.targets(), from, rows, losses);
      }
    }
  }

  /**
   * Both passes in one, chunk by chunk. Forward was {@code n = norm(x), logits = scale * n Wᵀ}, so
   * now {@code dW += scale * dLogitsᵀ n, dn = scale * dLogits W}, and dx by the norm; rows without
   * a target have none. Where the losses decide the coefficients, a forward pass comes first; its
   * logits are made once more unless all of them were in memory together.
   */
  @Override
  public void backward() {
    boolean madeLogits = false;
    if (batch.rule().isPresent()) {
      forward();
      objective = batch.rule().get().decide(scores(), batch.coefficients());
      madeLogits = batch.lossCount() <= chunk;
    }
    kernels.zero(gradient);
    for (int from = 0; from < batch.lossCount(); from += chunk) {
      int rows = Math.min(chunk, batch.lossCount() - from);
      if (!madeLogits) {
        logits(batch.lossRows(), from, rows);
      }
      gradientOfLogits(from, rows);
      if (weight.isTrained()) {
        weight.add(
            (sum, beta) -> kernels.linearBackwardWeight(dLogits, normed, sum, rows, scale, beta));
      }
      kernels.linearBackwardInput(dLogits, weight.operand(), dNormed, rows, scale, 0);
      norm.backwardWeight(dNormed, rowsIn, rows);
      norm.backwardInput(dNormed, rowsIn, dNormed, rows, 0);
      kernels.addToRows(dNormed, batch.lossRows(), from, gradient, rows);
    }
    weight.endPhase(); // of a tied model the embedding adds to it as well
    norm.weight().endPhase();
    if (batch.rule().isEmpty()) {
      objective = sumOfLosses();
    }
    objectiveIsFresh = true;
  }

  private void gradientOfLogits(int from, int rows) {
    int[] targets = batch.targets();
    double[] factors = batch.coefficients();
    if (batch.taught().isPresent()) {
      kernels.distillationWithGradient(
          logits, cap, targets, factors, batch.taught().get(), from, rows, losses, dLogits);
    } else {
      kernels.crossEntropyWithGradient(
          logits, cap, targets, factors, batch.tokenLoss(), from, rows, losses, dLogits);
    }
  }

  private void logits(int[] rowIndex, int from, int rows) {
    kernels.gatherRows(source, rowIndex, from, rowsIn, rows);
    norm.forward(rowsIn, normed, rows);
    kernels.linear(normed, weight.operand(), logits, rows, scale, 0);
    if (cap > 0) {
      kernels.softCap(logits, cap, rows);
    }
  }

  /** DL4J asks for the score right after the backward pass, which has found it already. */
  @Override
  protected double objective() {
    if (!objectiveIsFresh) {
      forward();
      objective =
          batch.rule().isPresent()
              ? batch.rule().get().decide(scores(), batch.coefficients())
              : sumOfLosses();
    }
    objectiveIsFresh = false;
    return objective;
  }

  /** What the last pass found about the targets. */
  public TargetScores scores() {
    return new TargetScores(batch.lossCount(), batch.targetPositions(), batch.targets(), losses);
  }

  private double sumOfLosses() {
    double sum = 0;
    for (int i = 0; i < batch.lossCount(); i++) {
      sum += batch.coefficients()[i] * loss(i);
    }
    return sum;
  }

  /** Weighted sum of the losses that the last pass found, in nats. */
  public double weightedLoss() {
    return weighted(this::loss);
  }

  /** Weighted sum of the negative log-likelihoods that the last pass found, in nats. */
  public double weightedNll() {
    return weighted(i -> losses.nll()[i]);
  }

  /** Weighted sum of what the last pass found to lie between targets and their teacher. */
  public double weightedDivergence() {
    double[] divergences = batch.taught().orElseThrow().divergences();
    return weighted(i -> divergences[i]);
  }

  private double weighted(IntToDoubleFunction ofTarget) {
    double sum = 0;
    for (int i = 0; i < batch.lossCount(); i++) {
      sum += batch.weights()[i] * ofTarget.applyAsDouble(i);
    }
    return sum;
  }

  private double loss(int target) {
    double nll = losses.nll()[target];
    if (batch.taught().isPresent()) {
      Taught taught = batch.taught().get();
      return taught.loss().of(nll, taught.divergences()[target]);
    }
    return batch.tokenLoss().of(nll, losses.logSumExp()[target], losses.meanLogit()[target]);
  }

  /** How many targets had the highest logit in the last pass. */
  public long correct() {
    long correct = 0;
    for (int i = 0; i < batch.lossCount(); i++) {
      correct += losses.best()[i] == batch.targets()[i] ? 1 : 0;
    }
    return correct;
  }

  /** Sum over the targets of the entropy of what the last pass predicted, in nats. */
  public double entropy() {
    double sum = 0;
    for (int i = 0; i < batch.lossCount(); i++) {
      sum += losses.entropy()[i];
    }
    return sum;
  }

  /**
   * The likeliest tokens in the place of each target of the last forward pass.
   *
   * @param k at most V
   */
  public Teaching teach(int k) {
    int targets = batch.lossCount();
    Teaching said = new Teaching(k, new int[targets * k], new float[targets * k]);
    for (int from = 0; from < targets; from += chunk) {
      int rows = Math.min(chunk, targets - from);
      logits(batch.lossRows(), from, rows);
      kernels.topLogProbabilities(logits, k, from, rows, said.ids(), said.logps());
    }
    return said;
  }

  /** The logits of one row of the last forward pass, {@code [V]}. */
  public float[] logitsOf(int row) {
    oneRow[0] = row;
    logits(oneRow, 0, 1);
    float[] values = new float[logits.width()];
    kernels.read(logits, 0, FloatBuffer.wrap(values));
    return values;
  }

  /** The token with the highest logit after each of these rows of the last forward pass. */
  public int[] bestOf(int[] rows) {
    int[] anyTarget = new int[rows.length]; // only the best token is asked for
    for (int from = 0; from < rows.length; from += chunk) {
      int count = Math.min(chunk, rows.length - from);
      logits(rows, from, count);
      kernels.crossEntropy(logits, anyTarget, from, count, losses);
    }
    return Arrays.copyOf(losses.best(), rows.length);
  }

  @Override
  public Tensor output() {
    return source;
  }

  @Override
  protected Tensor outputGradient() {
    return gradient;
  }
}
