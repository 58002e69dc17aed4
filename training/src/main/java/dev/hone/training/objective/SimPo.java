package dev.hone.training.objective;

/**
 * {@code simpo}: the loss of {@link Sigmoid} where a margin of gamma is the least that is wanted:
 * {@code -log sigmoid(m - gamma)}, of the margin m of mean log-probabilities times beta and without
 * a reference (Meng et al. 2024, "SimPO", equation 6).
 *
 * <p>Worked example: m = 0.5, gamma = 0.5 costs log 2.
 *
 * @param gamma {@code simpo_gamma}
 * @param labelSmoothing as that of {@link Sigmoid}
 */
public record SimPo(double gamma, double labelSmoothing) implements MarginFunction {
  @Override
  public Slope at(double margin) {
    return new Sigmoid(labelSmoothing).at(margin - gamma);
  }
}
