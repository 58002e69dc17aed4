package dev.hone.training.objective;

/**
 * {@code apo_down}: {@code sigmoid(b r(w)) + 1 - sigmoid(b (r(w) - r(l)))}: makes both answers less
 * likely and the rejected one more so (D'Oosterlinck et al. 2024, "Anchored Preference
 * Optimization", equation 8), for answers that are worse than the model's own.
 *
 * <p>Worked example: r = 0 for both costs 1.
 *
 * @param beta b, above 0
 */
public record ApoDown(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    double w = Logistic.sigmoid(beta * pair.chosen().logRatio());
    double margin =
        Logistic.sigmoid(beta * (pair.chosen().logRatio() - pair.rejected().logRatio()));
    double slope = beta * margin * (1 - margin);
    return new PairTerm(w + 1 - margin, beta * w * (1 - w) - slope, slope);
  }
}
