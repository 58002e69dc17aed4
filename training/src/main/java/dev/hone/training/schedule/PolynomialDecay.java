package dev.hone.training.schedule;

/**
 * A linear warm-up, then {@code end + (peak - end) · (part of the steps left)^power}.
 *
 * @param end {@code lr_end}, the rate at the end; below the peak
 * @param power {@code power}
 */
public record PolynomialDecay(double end, double power) implements LrCurve {
  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      return run.warmth(stepsDone);
    }
    if (stepsDone > run.totalSteps()) {
      return end / run.peak();
    }
    double left = 1 - run.progress(stepsDone);
    return ((run.peak() - end) * Math.pow(left, power) + end) / run.peak();
  }
}
