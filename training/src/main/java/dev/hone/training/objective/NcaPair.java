package dev.hone.training.objective;

/**
 * {@code nca_pair}: {@code -log sigmoid(b r(w)) - (log sigmoid(-b r(w)) + log sigmoid(-b r(l))) /
 * 2} (Chen et al. 2024, "Noise Contrastive Alignment", algorithm 1 for two answers).
 *
 * <p>Worked example: r = 0 for both costs 2 log 2.
 *
 * @param beta b, above 0
 */
public record NcaPair(double beta) implements PairLoss.OfEach {
  @Override
  public PairTerm term(Pair pair) {
    double w = beta * pair.chosen().logRatio();
    double l = beta * pair.rejected().logRatio();
    return new PairTerm(
        -Logistic.logSigmoid(w) - (Logistic.logSigmoid(-w) + Logistic.logSigmoid(-l)) / 2,
        beta * (-Logistic.sigmoid(-w) + Logistic.sigmoid(w) / 2),
        beta * Logistic.sigmoid(l) / 2);
  }
}
