package dev.hone.training.model;

import dev.hone.training.collective.Exchange;

/**
 * What a pass over taught targets came to, before it is divided.
 *
 * @param likelihood of the targets
 * @param divergence weighted sum of T² D of the targets, by {@link
 *     dev.hone.training.kernels.DistillationLoss}
 */
public record DistilledSum(LossSum likelihood, double divergence) {
  public static final DistilledSum ZERO = new DistilledSum(LossSum.ZERO, 0);

  public DistilledSum plus(DistilledSum other) {
    return new DistilledSum(likelihood.plus(other.likelihood), divergence + other.divergence);
  }

  /** That of all ranks together. */
  public DistilledSum over(Exchange ranks) {
    return new DistilledSum(likelihood.over(ranks), ranks.sums(divergence)[0]);
  }
}
