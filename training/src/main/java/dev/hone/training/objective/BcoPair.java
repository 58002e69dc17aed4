package dev.hone.training.objective;

/**
 * {@code bco_pair}: {@code -log sigmoid(b r(w)) - log sigmoid(-b r(l))}: a classifier of good and
 * bad answers whose logit is the reward (Jung et al. 2024, "Binary Classifier Optimization",
 * equation 5, without its running mean, as TRL has it).
 *
 * <p>Worked example: r = 0 for both costs 2 log 2.
 *
 * @param beta b, above 0
 */
public record BcoPair(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    double w = beta * pair.chosen().logRatio();
    double l = beta * pair.rejected().logRatio();
    return new PairTerm(
        -Logistic.logSigmoid(w) - Logistic.logSigmoid(-l),
        -beta * Logistic.sigmoid(-w),
        beta * Logistic.sigmoid(l));
  }
}
