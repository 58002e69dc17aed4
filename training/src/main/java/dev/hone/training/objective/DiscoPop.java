package dev.hone.training.objective;

/**
 * {@code discopop}: with s = sigmoid(m / tau) of the margin m, {@code -(1 - s) log sigmoid(m) + s
 * exp(-m)} (Lu et al. 2024, "DiscoPOP", equation 5).
 *
 * <p>Worked example: m = 0 costs (log 2 + 1) / 2 with any tau.
 *
 * @param tau above 0; TRL's default is 0.05
 */
public record DiscoPop(double tau) implements MarginFunction {
  /** TRL's, where none is given. */
  public static final double DEFAULT_TAU = 0.05;

  @Override
  public Slope at(double margin) {
    double s = Logistic.sigmoid(margin / tau);
    double dS = s * Logistic.sigmoid(-margin / tau) / tau;
    double logistic = -Logistic.logSigmoid(margin);
    double exponential = Math.exp(-margin);
    return new Slope(
        (1 - s) * logistic + s * exponential,
        dS * (exponential - logistic) - (1 - s) * Logistic.sigmoid(-margin) - s * exponential);
  }
}
