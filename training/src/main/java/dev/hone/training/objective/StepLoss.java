package dev.hone.training.objective;

/**
 * What a global batch, or all held-out packs, came to.
 *
 * @param loss what was minimised
 * @param metrics what else the objective says of it
 * @param rewards what a reward model gave each held-out pair, in the order of the packs
 */
public record StepLoss(double loss, Means metrics, PairRewards rewards) {

  /** Without rewards. */
  public StepLoss(double loss, Means metrics) {
    this(loss, metrics, PairRewards.NONE);
  }
}
