package dev.hone.training.schedule;

import java.io.Serializable;

/**
 * The learning rate of every optimizer step: a {@link LrCurve} between the numbers of a run.
 *
 * <p>Example: linear, peak 3e-4, 3 of 10 steps warm up: 0, 1e-4, 2e-4, 3e-4, 2.571e-4, ...,
 * 4.286e-5. So the first step of a warm-up has a rate of 0, as in Transformers.
 *
 * @param curve its shape
 * @param peak {@code learning_rate}
 * @param warmupSteps steps of growth
 * @param totalSteps optimizer steps of the whole run
 */
public record LrSchedule(LrCurve curve, double peak, long warmupSteps, long totalSteps)
    implements Serializable {

  /**
   * The rate of one step.
   *
   * @param stepsDone optimizer steps done before it, from 0
   */
  public double at(long stepsDone) {
    return peak * curve.factor(stepsDone, this);
  }

  /** Whether a step is part of the warm-up. */
  boolean warms(long stepsDone) {
    return stepsDone < warmupSteps;
  }

  /** The part of the warm-up that is done, from 0 to 1. */
  double warmth(long stepsDone) {
    return (double) stepsDone / warmupSteps;
  }

  /** The part of what follows the warm-up that is done, from 0 to 1. */
  double progress(long stepsDone) {
    return (double) (stepsDone - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  }
}
