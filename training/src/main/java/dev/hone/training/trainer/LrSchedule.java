package dev.hone.training.trainer;

import java.io.Serializable;

/**
 * The learning rate of every optimizer step, as the schedules of Transformers compute it (its
 * {@code optimization.py}, {@code get_*_schedule}). With {@code s} the steps already done, {@code
 * w} the warm-up and {@code n} all steps:
 *
 * <pre>
 *   s &lt; w      peak · s / w                                  (not for constant)
 *   linear     peak · (n - s) / (n - w)
 *   cosine     peak · ½ (1 + cos(π (s - w) / (n - w)))
 *   constant   peak
 * </pre>
 *
 * <p>So the first step of a warm-up has a rate of 0. Example: linear, peak 3e-4, 3 of 10 steps warm
 * up: 0, 1e-4, 2e-4, 3e-4, 2.571e-4, ..., 4.286e-5.
 *
 * @param peak {@code learning_rate}
 * @param warmupSteps steps of linear growth
 * @param totalSteps optimizer steps of the whole run
 */
public record LrSchedule(Kind kind, double peak, long warmupSteps, long totalSteps)
    implements Serializable {

  /** The values of {@code lr_scheduler}. */
  public enum Kind {
    LINEAR,
    COSINE,
    CONSTANT,
    CONSTANT_WITH_WARMUP
  }

  /**
   * The rate of one step.
   *
   * @param stepsDone optimizer steps done before it, from 0
   */
  public double at(long stepsDone) {
    if (kind == Kind.CONSTANT) {
      return peak;
    }
    if (stepsDone < warmupSteps) {
      return peak * ((double) stepsDone / warmupSteps);
    }
    double decaySteps = Math.max(1, totalSteps - warmupSteps);
    return switch (kind) {
      case LINEAR -> peak * Math.max(0, (totalSteps - stepsDone) / decaySteps);
      case COSINE ->
          peak
              * Math.max(
                  0, 0.5 * (1 + Math.cos(Math.PI * ((stepsDone - warmupSteps) / decaySteps))));
      case CONSTANT, CONSTANT_WITH_WARMUP -> peak;
    };
  }
}
