package dev.hone.training.schedule;

/**
 * The peak, after a linear warm-up or without one.
 *
 * @param warmsUp whether the warm-up holds
 */
public record Constant(boolean warmsUp) implements LrCurve {
  @Override
  public double factor(long stepsDone, LrSchedule run) {
    return warmsUp && run.warms(stepsDone) ? run.warmth(stepsDone) : 1;
  }
}
