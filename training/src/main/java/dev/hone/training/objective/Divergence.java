package dev.hone.training.objective;

/**
 * The score {@code f'(pi/ref)} that an f-divergence gives an answer, as a function of {@code r =
 * log (pi/ref)} (Wang et al. 2023, "Beyond Reverse KL", table 1; trl/trainer/dpo_trainer.py of TRL
 * 1.16, line 1353). The reverse KL divergence gives {@code r} itself, which is plain DPO.
 */
@FunctionalInterface
public interface Divergence {

  /** Score and its derivative at a log-ratio. */
  Slope score(double logRatio);

  /** {@code r}. */
  static Divergence reverseKl() {
    return r -> new Slope(r, 1);
  }

  /** {@code 1 - exp(-r)}. */
  static Divergence forwardKl() {
    return r -> new Slope(1 - Math.exp(-r), Math.exp(-r));
  }

  /** {@code log 2 + log sigmoid(r)}. */
  static Divergence jensenShannon() {
    return r -> new Slope(Math.log(2) + Logistic.logSigmoid(r), Logistic.sigmoid(-r));
  }

  /**
   * {@code (exp((a - 1) r) - 1) / (a - 1)}; its limit, {@code r}, for an alpha of 1. As in TRL the
   * exponent goes no further than 80, beyond which the score no longer rises.
   */
  static Divergence alpha(double alpha) {
    double a = alpha - 1;
    if (Math.abs(a) < 1e-6) {
      return reverseKl();
    }
    return r ->
        a * r < 80
            ? new Slope(Math.expm1(a * r) / a, Math.exp(a * r))
            : new Slope(Math.expm1(80) / a, 0);
  }
}
