package dev.hone.training.schedule;

/**
 * A linear warm-up, then half waves that each begin again at the peak.
 *
 * @param cycles {@code num_cycles}: how many
 */
public record CosineRestarts(double cycles) implements LrCurve {
  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      return run.warmth(stepsDone);
    }
    double progress = run.progress(stepsDone);
    return progress >= 1 ? 0 : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (cycles * progress % 1))));
  }
}
