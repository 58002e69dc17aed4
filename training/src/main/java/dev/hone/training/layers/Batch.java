package dev.hone.training.layers;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.CounterRandom;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Documents;
import dev.hone.training.kernels.Taught;
import dev.hone.training.kernels.TokenLoss;
import java.util.Optional;

/**
 * The tokens that the layers work on now, and which of them are predicted. One object for the life
 * of a model; each pass fills it anew.
 *
 * <p>Worked example: ids [5, 6, 7, 8, 9], weights [0, 1, 1, 0, 1], documents at 0 and 3. Positions
 * are [0, 1, 2, 0, 1]. Row 0 predicts 6, row 1 predicts 7, row 3 predicts 9; row 2 predicts
 * nothing, as 8 begins a document.
 */
public final class Batch {
  private final int vocabulary;
  private final int[] positions;
  private final int[] lossRows;
  private final int[] targets;
  private final float[] weights;
  private final double[] coefficients;
  private final double[] divergences;
  private final int[] targetPositions;
  private SharedRows computed;
  private int lossCount;
  private CacheRows cacheRows;
  private boolean training;
  private boolean adapted = true;
  private Optional<LossRule> rule = Optional.empty();
  private TokenLoss tokenLoss = TokenLoss.NLL;
  private Optional<Taught> taught = Optional.empty();
  private double noise;
  private long dropoutSeed;
  private int firstRow;
  private long weightsVersion;

  /**
   * @param capacity most tokens of a pass
   * @param vocabulary V, one more than the largest token id
   */
  public Batch(int capacity, int vocabulary) {
    this.vocabulary = vocabulary;
    positions = new int[capacity];
    lossRows = new int[capacity];
    targets = new int[capacity];
    targetPositions = new int[capacity];
    weights = new float[capacity];
    coefficients = new double[capacity];
    divergences = new double[capacity];
  }

  /**
   * A pass over whole documents. What the answers of a pair begin with is computed once, where no
   * dropout makes it differ.
   *
   * @param lossScale what the weighted sum of the losses is multiplied with to give the objective
   * @param train whether dropout acts
   * @throws HoneException if a token is not in the vocabulary
   */
  public void set(PackedRow row, double lossScale, boolean train) {
    begin(row, train);
    weightsMayHaveChanged();
    int document = -1;
    int[] starts = row.documentStarts();
    int[] rowOf = computed.rowOf();
    for (int t = 0; t < row.length(); t++) {
      if (document + 1 < starts.length && starts[document + 1] == t) {
        document++;
        if (row.lossWeights()[t] != 0) {
          throw new IllegalArgumentException(
              "token " + t + " begins a document and cannot be a target: nothing predicts it");
        }
      }
      positions[rowOf[t]] = t - starts[document];
      if (row.lossWeights()[t] != 0) {
        lossRows[lossCount] = rowOf[t - 1];
        targets[lossCount] = row.inputIds()[t];
        targetPositions[lossCount] = t;
        weights[lossCount] = row.lossWeights()[t];
        coefficients[lossCount] = lossScale * row.lossWeights()[t];
        lossCount++;
      }
    }
  }

  /**
   * A pass whose coefficients are decided when the losses are known. Loss weights say only which
   * tokens are targets.
   *
   * @param train whether dropout acts
   */
  public void set(PackedRow row, boolean train, LossRule decides) {
    set(row, 1, train);
    rule = Optional.of(decides);
  }

  /**
   * A pass that minimises something else of each target than its negative log-likelihood.
   *
   * @param lossScale what the weighted sum of the losses is multiplied with to give the objective
   * @param train whether dropout and noise act
   */
  public void set(PackedRow row, double lossScale, boolean train, TokenLoss loss) {
    set(row, lossScale, train);
    tokenLoss = loss;
  }

  /**
   * A pass that minimises what a teacher's word on each target makes of it.
   *
   * @param lossScale what the weighted sum of the losses is multiplied with to give the objective
   * @param train whether dropout and noise act
   * @throws IllegalArgumentException if the row has targets and no teaching
   * @throws HoneException if the teacher names a token that is not in the vocabulary
   */
  public void set(PackedRow row, double lossScale, boolean train, DistillationLoss loss) {
    set(row, lossScale, train);
    if (lossCount == 0) {
      return;
    }
    Teaching said =
        row.teaching()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "a row of " + row.targets() + " targets has no teaching to learn from"));
    for (int id : said.ids()) {
      if (id < 0 || id >= vocabulary) {
        throw new HoneException(
            "the teacher gives token id %d, which is not in the model's vocabulary of %d: a teacher needs the tokenizer of its student; choose another teacher_model"
                .formatted(id, vocabulary));
      }
    }
    taught = Optional.of(new Taught(said, loss, divergences));
  }

  /**
   * Noise on the embeddings of the training passes from now on (Jain et al. 2023, NEFTune): uniform
   * in ±alpha / sqrt(n * C), n tokens of a document.
   *
   * @param alpha 0: none
   */
  public void setEmbeddingNoise(double alpha) {
    noise = alpha;
  }

  /** Whether adapters act in the passes until it is set again; without, the base model answers. */
  public void setAdapted(boolean on) {
    adapted = on;
  }

  /** A pass over the next tokens of sequences whose earlier ones are in a cache. */
  public void setContinuation(int[] tokens, CacheRows places) {
    begin(new PackedRow(tokens, new float[tokens.length], new int[] {0}), false);
    cacheRows = places;
    for (int t = 0; t < tokens.length; t++) {
      positions[t] = places.seen()[t] - 1;
    }
  }

  private void begin(PackedRow row, boolean train) {
    int[] tokens = row.inputIds();
    if (tokens.length > positions.length) {
      throw new IllegalArgumentException(
          tokens.length + " tokens in a batch, but the model was made for " + positions.length);
    }
    if (row.documentStarts().length == 0 || row.documentStarts()[0] != 0) {
      throw new IllegalArgumentException("the first document must start at 0");
    }
    for (int t = 0; t < tokens.length; t++) {
      if (tokens[t] < 0 || tokens[t] >= vocabulary) {
        throw new HoneException(
            "token id %d at position %d is not in the model's vocabulary of %d: the tokens were made with the tokenizer of another model; prepare them again with this model's"
                .formatted(tokens[t], t, vocabulary));
      }
    }
    computed = train ? SharedRows.apart(row) : SharedRows.of(row);
    lossCount = 0;
    training = train;
    firstRow = 0;
    rule = Optional.empty();
    tokenLoss = TokenLoss.NLL;
    taught = Optional.empty();
  }

  /**
   * Says that weights may have changed since the last pass. A pass over whole documents says so
   * itself; one that continues sequences does not.
   */
  public void weightsMayHaveChanged() {
    weightsVersion++;
  }

  /** Another number whenever weights may have changed. */
  long weightsVersion() {
    return weightsVersion;
  }

  /** Decides all dropout masks until it is set again. */
  public void setDropoutSeed(long seed) {
    dropoutSeed = seed;
  }

  /**
   * Says where the rows of this pass are in a longer row, whose other parts are computed elsewhere:
   * dropout and noise are those of the longer row.
   */
  public void setFirstRow(int row) {
    firstRow = row;
  }

  /**
   * A seed of its own for the dropout of one module.
   *
   * @param width of the rows that are dropped from
   */
  long dropoutSeed(int module, int width) {
    long seed = CounterRandom.bits(dropoutSeed, module);
    return CounterRandom.skip(seed, (long) firstRow * width);
  }

  int rows() {
    return computed.ids().length;
  }

  int[] ids() {
    return computed.ids();
  }

  int[] positions() {
    return positions;
  }

  Documents documents() {
    return computed.documents();
  }

  /** The row in which the token at a position is computed. */
  public int rowOf(int position) {
    return computed.rowOf()[position];
  }

  /** Where the rows are in the cache, in a pass that continues sequences. */
  CacheRows cacheRows() {
    return cacheRows;
  }

  boolean training() {
    return training;
  }

  boolean adapted() {
    return adapted;
  }

  /** What is minimised of each target. */
  TokenLoss tokenLoss() {
    return tokenLoss;
  }

  /** What a teacher said of the targets, if that is minimised. */
  Optional<Taught> taught() {
    return taught;
  }

  /** The alpha of the noise on the embeddings of this pass; 0: none. */
  double embeddingNoise() {
    return training ? noise : 0;
  }

  /** What decides {@link #coefficients} when the losses are known; empty: they are known. */
  Optional<LossRule> rule() {
    return rule;
  }

  /** Number of rows that predict a target. */
  public int lossCount() {
    return lossCount;
  }

  /** Sum of the loss weights of the targets. */
  public double weightSum() {
    double sum = 0;
    for (int i = 0; i < lossCount; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /** The rows that predict a target, in the order of the targets; some predict two. */
  int[] lossRows() {
    return lossRows;
  }

  /** Where each target is in the row that the pass was asked for. */
  int[] targetPositions() {
    return targetPositions;
  }

  /** What each of {@link #lossRows} predicts. */
  int[] targets() {
    return targets;
  }

  /** Loss weight of each target. */
  float[] weights() {
    return weights;
  }

  /** Derivative of the objective by the loss of each target. */
  double[] coefficients() {
    return coefficients;
  }
}
