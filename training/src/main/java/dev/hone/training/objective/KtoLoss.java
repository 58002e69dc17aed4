package dev.hone.training.objective;

/**
 * {@code kto}: {@code w (1 - sigmoid(b (r - z)))} of an answer that is wanted, {@code w (1 -
 * sigmoid(b (z - r)))} of one that is not, where {@code r} is its log-ratio and {@code z} how far
 * the policy is from its reference (Ethayarajh et al. 2024, "KTO", equation 8 with lambda = w).
 * With {@code z = 0} it is TRL's {@code apo_zero_unpaired} (D'Oosterlinck et al. 2024, "Anchored
 * Preference Optimization").
 *
 * <p>Worked example, b 0.1, both weights 1: where the policy is its reference, r and z are 0 and
 * every answer costs 0.5. At z = 5, a wanted answer of r = 15 costs {@code 1 - sigmoid(1) =
 * 0.26894}, and an unwanted one 0.73106.
 *
 * @param beta {@code rl_beta}
 * @param desirable {@code kto_desirable_weight}
 * @param undesirable {@code kto_undesirable_weight}
 */
public record KtoLoss(double beta, double desirable, double undesirable) {

  /**
   * What an answer costs, and the derivative of that by its log-probability.
   *
   * @param wanted its label
   * @param logRatio {@code r}
   * @param kl {@code z}, which counts as a constant
   */
  public Slope of(boolean wanted, double logRatio, double kl) {
    double sign = wanted ? 1 : -1;
    double weight = wanted ? desirable : undesirable;
    double missed = Logistic.sigmoid(-sign * beta * (logRatio - kl));
    return new Slope(weight * missed, -weight * sign * beta * missed * (1 - missed));
  }
}
