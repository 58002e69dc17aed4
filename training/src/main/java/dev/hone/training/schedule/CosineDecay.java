package dev.hone.training.schedule;

/**
 * A warm-up, then {@code least + (1 - least) · ½ (1 + cos(2π · cycles · progress))}.
 *
 * @param cycles {@code num_cycles}: waves; a half goes down and stays there
 * @param least {@code cosine_min_lr_ratio}, or {@code min_lr_rate} of {@code cosine_with_min_lr}:
 *     the part of the peak that the wave goes down to
 * @param until {@code cosine_constant_lr_ratio}: the part of all steps at which the wave ends; the
 *     rate stays from there on. 1: the whole run
 * @param quadratic {@code lr_quadratic_warmup}: the warm-up is the square of the linear one
 */
public record CosineDecay(double cycles, double least, double until, boolean quadratic)
    implements LrCurve {
  /** Transformers' default: down, once. */
  public static final double HALF_WAVE = 0.5;

  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      double warmth = run.warmth(stepsDone);
      return quadratic ? warmth * warmth : warmth;
    }
    double wave = 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * progress(stepsDone, run)));
    return Math.max(0, wave * (1 - least) + least);
  }

  private double progress(long stepsDone, LrSchedule run) {
    if (until == 1) {
      return run.progress(stepsDone);
    }
    long end = (long) (run.totalSteps() * until);
    long done = Math.min(stepsDone, end) - run.warmupSteps();
    return (double) done / Math.max(1, end - run.warmupSteps());
  }
}
