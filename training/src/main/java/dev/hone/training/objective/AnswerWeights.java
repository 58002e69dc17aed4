package dev.hone.training.objective;

import dev.hone.training.data.PackedRow;
import dev.hone.training.layers.TargetScores;
import java.util.OptionalDouble;

/**
 * Which tokens of a row make up the log-probability of each answer, and which the negative
 * log-likelihood of the chosen ones.
 *
 * <p>Worked example: a pair whose chosen answer has 3 tokens and whose rejected one has 5, {@code
 * ld_alpha} 0.5: the tokens of the chosen answer weigh 1, those of the rejected one 1, 1, 1, 0.5,
 * 0.5 (Liu et al. 2024, "LD-DPO", equation 9).
 */
final class AnswerWeights {
  private final PackedRow row;
  private final float[] logp;
  private final float[] nll;
  private final int[] tokens;
  private final double nllTokens;

  /**
   * @param ldAlpha what a token weighs beyond the length of the other answer; empty: all the same
   * @param nll whether the likelihood of chosen answers counts
   * @param overPrompt whether that of their prompts does too
   */
  AnswerWeights(PackedRow row, OptionalDouble ldAlpha, boolean nll, boolean overPrompt) {
    this.row = row;
    this.logp = row.lossWeights().clone();
    this.nll = new float[row.length()];
    this.tokens = new int[row.documentStarts().length];
    for (int document = 0; document < tokens.length; document++) {
      tokens[document] = row.targets(document);
    }
    ldAlpha.ifPresent(this::desensitise);
    double counted = 0;
    for (int document = 0; nll && document < tokens.length; document++) {
      if (row.answers().orElseThrow().chosen()[document]) {
        int first = row.documentStarts()[document];
        for (int t = first + 1; t < row.documentEnd(document); t++) {
          this.nll[t] = overPrompt ? 1 : row.lossWeights()[t];
          counted += this.nll[t];
        }
      }
    }
    this.nllTokens = counted;
  }

  /** Of answers whose tokens weigh what the row says, and whose likelihood counts no further. */
  static AnswerWeights plain(PackedRow row) {
    return new AnswerWeights(row, OptionalDouble.empty(), false, false);
  }

  private void desensitise(double alpha) {
    for (int document = 0; document < tokens.length; document++) {
      int shared = Math.min(tokens[document], tokens[document ^ 1]);
      int seen = 0;
      for (int t = row.documentStarts()[document]; t < row.documentEnd(document); t++) {
        if (logp[t] > 0 && ++seen > shared) {
          logp[t] *= (float) alpha;
        }
      }
    }
  }

  /** The row as a pass takes it: every token that counts at all is a target. */
  PackedRow targets() {
    float[] weights = new float[row.length()];
    for (int t = 0; t < weights.length; t++) {
      weights[t] = row.lossWeights()[t] > 0 || nll[t] > 0 ? 1 : 0;
    }
    return row.withWeights(weights);
  }

  /** Number of documents. */
  int answers() {
    return tokens.length;
  }

  /** Tokens of an answer. */
  int tokens(int document) {
    return tokens[document];
  }

  /** Sum of what the tokens weigh in the likelihood of chosen answers. */
  double nllTokens() {
    return nllTokens;
  }

  /** What the token at a position weighs in the log-probability of its answer. */
  float logp(int position) {
    return logp[position];
  }

  /** What it weighs in the likelihood of chosen answers. */
  float nll(int position) {
    return nll[position];
  }

  /** Whether it is a token of an answer. */
  boolean isAnswer(int position) {
    return row.lossWeights()[position] > 0;
  }

  /** The document of each target of a pass over {@link #targets}. */
  int[] documents(TargetScores scores) {
    int[] documents = new int[scores.count()];
    int document = 0;
    for (int i = 0; i < documents.length; i++) {
      while (scores.position(i) >= row.documentEnd(document)) {
        document++;
      }
      documents[i] = document;
    }
    return documents;
  }

  /** Log-probability of each answer. */
  double[] logps(TargetScores scores) {
    int[] documents = documents(scores);
    double[] sums = new double[tokens.length];
    for (int i = 0; i < documents.length; i++) {
      sums[documents[i]] += logp[scores.position(i)] * scores.logProbability(i);
    }
    return sums;
  }
}
