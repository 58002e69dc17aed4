package dev.hone.training.schedule;

/**
 * {@code warmup_stable_decay} (WSD): growth, the peak for most of the run, and a fall over its last
 * steps.
 *
 * @param decaySteps {@code num_decay_steps}
 * @param stableSteps {@code num_stable_steps}; below 0: what the warm-up and the decay leave
 * @param warmup {@code warmup_type}
 * @param decay {@code decay_type}
 * @param least {@code min_lr_ratio}: the part of the peak at the first and after the last step
 * @param cycles {@code num_cycles} of a cosine decay
 */
public record WarmupStableDecay(
    long decaySteps, long stableSteps, Shape warmup, Shape decay, double least, double cycles)
    implements LrCurve {

  /** How growth and fall go. */
  public enum Shape {
    LINEAR("linear"),
    COSINE("cosine"),
    ONE_MINUS_SQRT("1-sqrt");

    private final String key;

    Shape(String key) {
      this.key = key;
    }

    /** As Transformers writes it. */
    String key() {
      return key;
    }

    private double rise(double progress) {
      return switch (this) {
        case LINEAR -> progress;
        case COSINE -> 0.5 * (1 - Math.cos(Math.PI * progress));
        case ONE_MINUS_SQRT -> 1 - Math.sqrt(1 - progress);
      };
    }

    private double fall(double progress, double cycles) {
      return switch (this) {
        case LINEAR -> 1 - progress;
        case COSINE -> 0.5 * (1 + Math.cos(Math.PI * cycles * 2 * progress));
        case ONE_MINUS_SQRT -> 1 - Math.sqrt(progress);
      };
    }
  }

  @Override
  public double factor(long stepsDone, LrSchedule run) {
    if (run.warms(stepsDone)) {
      return aboveLeast(warmup.rise(run.warmth(stepsDone)));
    }
    long stable = stableSteps < 0 ? run.totalSteps() - run.warmupSteps() - decaySteps : stableSteps;
    long falls = run.warmupSteps() + stable;
    if (stepsDone < falls) {
      return 1;
    }
    return stepsDone < falls + decaySteps
        ? aboveLeast(decay.fall((double) (stepsDone - falls) / decaySteps, cycles))
        : least;
  }

  private double aboveLeast(double part) {
    return Math.max(0, part * (1 - least) + least);
  }
}
