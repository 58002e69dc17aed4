package dev.hone.training.schedule;

/**
 * {@code cosine_warmup_with_min_lr}: a warm-up that does not begin at 0, then half a wave that is
 * one step ahead, so that the last step has the least rate.
 *
 * @param cycles {@code num_cycles}
 * @param least {@code min_lr_rate}: the part of the peak that the wave goes down to
 * @param start {@code warmup_lr_rate}: the part of the peak at the first step; 0: one step's share
 *     of the warm-up
 */
public record CosineWarmup(double cycles, double least, double start) implements LrCurve {
  @Override
  public double factor(long stepsDone, LrSchedule run) {
    double warmup = run.warmupSteps();
    if (run.warms(stepsDone)) {
      return start > 0
          ? start + (1 - start) * stepsDone / Math.max(1, warmup - 1)
          : (stepsDone + 1) / warmup;
    }
    double progress = (stepsDone - warmup + 1) / Math.max(1, run.totalSteps() - warmup);
    double wave = 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * progress));
    return Math.max(0, wave * (1 - least) + least);
  }
}
