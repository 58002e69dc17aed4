package dev.hone.training.objective;

/**
 * An answer as a loss sees it.
 *
 * @param logp log-probability of its tokens under the policy, in nats
 * @param reference the same under the reference model; 0 where there is none
 * @param tokens number of its tokens
 */
public record Answer(double logp, double reference, int tokens) {

  /** {@code r}: how much likelier the policy finds it than the reference. */
  public double logRatio() {
    return logp - reference;
  }

  /** Mean log-probability of a token. */
  public double meanLogp() {
    return logp / tokens;
  }
}
