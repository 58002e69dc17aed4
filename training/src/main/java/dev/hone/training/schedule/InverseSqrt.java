package dev.hone.training.schedule;

/**
 * A linear warm-up, then {@code 1 / sqrt((s + shift) / timescale)} with {@code shift = timescale -
 * warmup}.
 *
 * @param timescale {@code timescale}; 0: the steps of the warm-up, or 10 000 if there is none
 */
public record InverseSqrt(double timescale) implements LrCurve {
  private static final double WITHOUT_WARMUP = 10_000;

  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      return run.warmth(stepsDone);
    }
    double scale = scale(run.warmupSteps());
    return 1 / Math.sqrt((stepsDone + scale - run.warmupSteps()) / scale);
  }

  private double scale(long warmupSteps) {
    if (timescale > 0) {
      return timescale;
    }
    return warmupSteps > 0 ? warmupSteps : WITHOUT_WARMUP;
  }
}
