package dev.hone.training.objective;

/**
 * The preference term of ORPO: {@code -beta log sigmoid(o)}, {@code o = log odds(w) - log odds(l)},
 * {@code odds = p / (1 - p)} of p, the geometric mean of the probabilities of an answer's tokens
 * (Hong et al. 2024, "ORPO", equation 7). No reference is needed; the other term is the negative
 * log-likelihood of the chosen answer.
 *
 * <p>Worked example: equal answers cost beta log 2.
 *
 * @param beta lambda in the paper, {@code orpo_alpha} in Axolotl
 */
public record OddsRatio(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    Slope chosen = logOdds(pair.chosen());
    Slope rejected = logOdds(pair.rejected());
    double margin = chosen.value() - rejected.value();
    double slope = -beta * Logistic.sigmoid(-margin);
    return new PairTerm(
        -beta * Logistic.logSigmoid(margin), slope * chosen.slope(), -slope * rejected.slope());
  }

  /** Log-odds of a pair's answers, chosen less rejected: {@code log_odds_chosen}. */
  static double logOddsRatio(Pair pair) {
    return logOdds(pair.chosen()).value() - logOdds(pair.rejected()).value();
  }

  /** Log-odds of an answer, and its derivative by the log-probability. */
  private static Slope logOdds(Answer answer) {
    double mean = answer.meanLogp();
    double complement = -Math.expm1(mean); // 1 - p, for p near 1 too
    return new Slope(mean - Math.log(complement), 1 / (complement * answer.tokens()));
  }
}
