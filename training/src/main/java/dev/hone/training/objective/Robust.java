package dev.hone.training.objective;

/**
 * {@code robust}: {@code (-(1 - e) log sigmoid(m) + e log sigmoid(-m)) / (1 - 2 e)} of the margin
 * m: the loss whose mean over labels of which a part e is flipped is that of clean labels (Ray
 * Chowdhury et al. 2024, "Provably Robust DPO", equation 11).
 *
 * <p>Worked example: m = 1, e = 0.1 costs 0.18826.
 *
 * @param labelSmoothing e, from 0 to below 0.5
 */
public record Robust(double labelSmoothing) implements MarginFunction {
  @Override
  public Slope at(double margin) {
    double e = labelSmoothing;
    double scale = 1 / (1 - 2 * e);
    return new Slope(
        scale * (-(1 - e) * Logistic.logSigmoid(margin) + e * Logistic.logSigmoid(-margin)),
        -scale * ((1 - e) * Logistic.sigmoid(-margin) + e * Logistic.sigmoid(margin)));
  }
}
