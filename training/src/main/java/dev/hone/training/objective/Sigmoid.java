package dev.hone.training.objective;

/**
 * {@code sigmoid}: {@code -(1 - e) log sigmoid(m) - e log sigmoid(-m)} of the margin m, with label
 * smoothing e: DPO (Rafailov et al. 2023, equation 7) and cDPO (Mitchell 2023, equation 3). TRL has
 * no smoothing here since 0.29 (frameworks that pin it ignore {@code dpo_label_smoothing}).
 *
 * <p>Worked example: m = 0 costs log 2 with any smoothing; m = 1, e = 0.1 costs 0.41326.
 *
 * @param labelSmoothing e, the part of the pairs that is the wrong way round, from 0 to below 0.5
 */
public record Sigmoid(double labelSmoothing) implements MarginFunction {
  @Override
  public Slope at(double margin) {
    double e = labelSmoothing;
    return new Slope(
        -(1 - e) * Logistic.logSigmoid(margin) - e * Logistic.logSigmoid(-margin),
        -(1 - e) * Logistic.sigmoid(-margin) + e * Logistic.sigmoid(margin));
  }
}
