package dev.hone.training.schedule;

/** A linear warm-up, then a straight line to 0 at the end of the run. */
public record LinearDecay() implements LrCurve {
  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      return run.warmth(stepsDone);
    }
    double decaySteps = Math.max(1, run.totalSteps() - run.warmupSteps());
    return Math.max(0, (run.totalSteps() - stepsDone) / decaySteps);
  }
}
