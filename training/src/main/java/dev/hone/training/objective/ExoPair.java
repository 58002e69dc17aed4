package dev.hone.training.objective;

/**
 * {@code exo_pair}: with q = sigmoid(m) of the margin m, {@code q (log q - log(1 - e)) + (1 - q)
 * (log(1 - q) - log e)}: the KL divergence of the policy's preference from a label that is right
 * with probability 1 - e (Ji et al. 2024, "EXO", equation 16).
 *
 * <p>Worked example: m = 0, e = 0.001 costs 2.76123.
 *
 * @param labelSmoothing e, above 0: the label would cost infinitely much otherwise
 */
public record ExoPair(double labelSmoothing) implements MarginFunction {
  /** TRL's, where none is given. */
  public static final double DEFAULT_SMOOTHING = 1e-3;

  @Override
  public Slope at(double margin) {
    double q = Logistic.sigmoid(margin);
    double rest = Logistic.sigmoid(-margin);
    double right = Logistic.logSigmoid(margin) - Math.log1p(-labelSmoothing);
    double wrong = Logistic.logSigmoid(-margin) - Math.log(labelSmoothing);
    return new Slope(q * right + rest * wrong, q * rest * (right - wrong));
  }
}
