package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.layers.TargetScores;
import java.util.List;

/**
 * What TRL says of a step over pairs, by its names: {@code rewards/chosen}, {@code
 * rewards/rejected}, {@code rewards/accuracies}, {@code rewards/margins}, {@code logps/chosen},
 * {@code logps/rejected}, {@code logits/chosen}, {@code logits/rejected}, {@code entropy}, {@code
 * mean_token_accuracy} (of chosen answers); with the likelihood of chosen answers {@code nll_loss},
 * and of ORPO {@code log_odds_ratio} and {@code log_odds_chosen}. Here all are means over the
 * global batch, where TRL has means of those of micro-batches.
 */
final class PairMetrics {
  private final PairSettings settings;
  private Means means = new Means();
  private double loss;
  private double nll;

  PairMetrics(PairSettings settings) {
    this.settings = settings;
  }

  /** Adds a micro-batch. */
  void add(
      AnswerWeights weights,
      TargetScores scores,
      int[] documents,
      List<Pair> pairs,
      List<PairTerm> terms,
      double sumOfNll) {
    nll += sumOfNll;
    terms.forEach(term -> loss += term.loss());
    pairs.forEach(this::add);
    addTokens(weights, scores, documents);
  }

  private void add(Pair pair) {
    double chosen = settings.beta() * reward(pair.chosen());
    double rejected = settings.beta() * reward(pair.rejected());
    means
        .add("rewards/chosen", chosen, 1)
        .add("rewards/rejected", rejected, 1)
        .add("rewards/accuracies", chosen > rejected ? 1 : 0, 1)
        .add("rewards/margins", chosen - rejected, 1)
        .add("logps/chosen", logp(pair.chosen()), 1)
        .add("logps/rejected", logp(pair.rejected()), 1);
    if (settings.loss() instanceof OddsRatio) {
      double logOdds = OddsRatio.logOddsRatio(pair);
      means
          .add("log_odds_ratio", Logistic.logSigmoid(logOdds), 1)
          .add("log_odds_chosen", logOdds, 1);
    }
  }

  private double reward(Answer answer) {
    return settings.perToken() ? answer.meanLogp() : answer.logRatio();
  }

  private double logp(Answer answer) {
    return settings.perToken() ? answer.meanLogp() : answer.logp();
  }

  private void addTokens(AnswerWeights weights, TargetScores scores, int[] documents) {
    for (int i = 0; i < documents.length; i++) {
      if (weights.isAnswer(scores.position(i))) {
        boolean chosen = documents[i] % 2 == 0;
        means.add("entropy", scores.losses().entropy()[i], 1);
        means.add(chosen ? "logits/chosen" : "logits/rejected", scores.losses().meanLogit()[i], 1);
        if (chosen) {
          means.add("mean_token_accuracy", scores.isCorrect(i) ? 1 : 0, 1);
        }
      }
    }
  }

  /** Those of all ranks together. */
  PairMetrics over(Exchange ranks) {
    double[] sums = ranks.sums(loss, nll);
    PairMetrics all = new PairMetrics(settings);
    all.loss = sums[0];
    all.nll = sums[1];
    all.means = means.over(ranks);
    return all;
  }

  /**
   * The step that the micro-batches make up.
   *
   * @param pairs of all of them
   * @param nllTokens what the tokens of chosen answers weigh together
   */
  StepLoss step(double pairs, double nllTokens) {
    double total = loss / pairs;
    if (settings.nllWeight() != 0) {
      total += settings.nllWeight() * nll / nllTokens;
      means.add("nll_loss", nll, nllTokens);
    }
    return new StepLoss(total, means);
  }
}
