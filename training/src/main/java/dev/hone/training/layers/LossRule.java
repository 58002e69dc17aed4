package dev.hone.training.layers;

/**
 * An objective that cannot be known token by token: how much the loss of one target counts depends
 * on those of others, as in a comparison of two answers. It is asked between the forward and the
 * backward pass.
 */
@FunctionalInterface
public interface LossRule {
  /**
   * Decides what the pass minimises.
   *
   * @param scores of all targets of the pass
   * @param coefficients to fill for each target: derivative of the objective by its negative
   *     log-likelihood
   * @return the objective
   */
  double decide(TargetScores scores, double[] coefficients);
}
