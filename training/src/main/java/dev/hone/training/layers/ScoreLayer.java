package dev.hone.training.layers;

import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The head of a reward model: a document's reward is {@code norm(h) · w} of its last token that is
 * no padding, as Transformers' classes for sequence classification have it. Only those rows are
 * computed, and only they have a gradient.
 *
 * <p>Worked example: documents [5, 6, 2] and [7, 2, 2] of a model whose padding is 2: the rewards
 * are those of the tokens 6 and 7. Where 2 is no padding, they are those of the last tokens.
 */
@SuppressWarnings("serial") // see DecoderLayer
public final class ScoreLayer extends LossLayer {
  private static final long serialVersionUID = 1L;

  private final RmsNorm norm;
  private final Weight weight; // [1, C]
  private final OptionalInt padding;
  private final Tensor source; // [T, C]
  private final Tensor gradient; // [T, C]
  private final int chunk;
  private final Tensor rowsIn; // [chunk, C]
  private final Tensor normed; // [chunk, C]
  private final Tensor dNormed; // [chunk, C]
  private final Tensor scores; // [chunk, 1]
  private final Tensor dScores; // [chunk, 1]
  private final FloatBuffer toScores;
  private final int[] last;
  private final double[] rewards;
  private final double[] slopes;
  private ScoreRule rule = ScoreRule.NONE;
  private boolean objectiveIsFresh;
  private double objective;

  /**
   * @param norm the final norm, of at least chunk rows
   * @param weight {@code [1, C]}
   * @param padding the token that is no part of a text at its end
   * @param source the output of the last block
   * @param gradient of the residual stream, shared by all layers
   * @param chunk documents at a time
   */
  public ScoreLayer(
      Kernels kernels,
      Batch batch,
      RmsNorm norm,
      Weight weight,
      OptionalInt padding,
      Tensor source,
      Tensor gradient,
      int chunk) {
    super(kernels, batch, List.of(norm.weight(), weight));
    this.norm = norm;
    this.weight = weight;
    this.padding = padding;
    this.source = source;
    this.gradient = gradient;
    this.chunk = chunk;
    this.rowsIn = kernels.allocate(chunk, source.width());
    this.normed = kernels.operand(chunk, source.width());
    this.dNormed = kernels.allocate(chunk, source.width());
    this.scores = kernels.allocate(chunk, 1);
    this.dScores = kernels.allocate(chunk, 1);
    this.toScores = FloatBuffer.allocate(chunk);
    int capacity = Math.toIntExact(source.shape()[0]);
    this.last = new int[capacity];
    this.rewards = new double[capacity];
    this.slopes = new double[capacity];
  }

  /** Decides what the passes minimise until it is set again. */
  public void minimise(ScoreRule decides) {
    rule = decides;
  }

  /** The rewards of the batch, without gradients. */
  @Override
  public void forward() {
    findLast();
    for (int from = 0; from < documents(); from += chunk) {
      int count = Math.min(chunk, documents() - from);
      scores(from, count);
      kernels.read(scores, 0, rewards, from, count);
    }
  }

  private int documents() {
    return batch.documents().count();
  }

  private void findLast() {
    Documents documents = batch.documents();
    for (int i = 0; i < documents.count(); i++) {
      int token = documents.length(i) - 1;
      while (token > 0 && isPadding(batch.ids()[documents.row(i, token)])) {
        token--;
      }
      last[i] = documents.row(i, token);
    }
  }

  private boolean isPadding(int id) {
    return padding.isPresent() && padding.getAsInt() == id;
  }

  private void scores(int from, int count) {
    kernels.gatherRows(source, last, from, rowsIn, count);
    norm.forward(rowsIn, normed, count);
    kernels.linear(normed, weight.operand(), scores, count, 1, 0);
  }

  /**
   * Forward was {@code n = norm(x), r = n wᵀ}, so {@code dw += drᵀ n, dn = dr w}, and dx by the
   * norm. What is in memory of the forward pass is used unless it took several pieces.
   */
  @Override
  public void backward() {
    forward();
    objective = decide();
    kernels.zero(gradient);
    boolean known = documents() <= chunk;
    for (int from = 0; from < documents(); from += chunk) {
      int count = Math.min(chunk, documents() - from);
      if (!known) {
        scores(from, count);
      }
      toScores.clear();
      for (int i = 0; i < count; i++) {
        toScores.put((float) slopes[from + i]);
      }
      kernels.write(toScores.flip(), dScores, 0);
      if (weight.isTrained()) {
        weight.add(
            (sum, beta) -> kernels.linearBackwardWeight(dScores, normed, sum, count, 1, beta));
      }
      kernels.linearBackwardInput(dScores, weight.operand(), dNormed, count, 1, 0);
      norm.backwardWeight(dNormed, rowsIn, count);
      norm.backwardInput(dNormed, rowsIn, dNormed, count, 0);
      kernels.addToRows(dNormed, last, from, gradient, count);
    }
    objectiveIsFresh = true;
  }

  private double decide() {
    Arrays.fill(slopes, 0, documents(), 0);
    return rule.decide(rewards, slopes);
  }

  /** DL4J asks for the score right after the backward pass, which has found it already. */
  @Override
  protected double objective() {
    if (!objectiveIsFresh) {
      forward();
      objective = decide();
    }
    objectiveIsFresh = false;
    return objective;
  }

  /** The rewards that the last pass found, one for each document; a copy. */
  public double[] rewards() {
    return Arrays.copyOf(rewards, documents());
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
