package dev.hone.training.objective;

/**
 * {@code apo_zero}: {@code 1 - sigmoid(b r(w)) + sigmoid(b r(l))}: makes chosen answers likelier
 * and rejected ones less likely (D'Oosterlinck et al. 2024, "Anchored Preference Optimization",
 * equation 7), for answers that are better than the model's own.
 *
 * <p>Worked example: r = 0 for both costs 1.
 *
 * @param beta b, above 0
 */
public record ApoZero(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    double w = Logistic.sigmoid(beta * pair.chosen().logRatio());
    double l = Logistic.sigmoid(beta * pair.rejected().logRatio());
    return new PairTerm(1 - w + l, -beta * w * (1 - w), beta * l * (1 - l));
  }
}
