package dev.hone.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Where a number that was measured on a sample may lie: a 95 % interval.
 *
 * <p>Worked example: 8 right answers of 10 are a share of 0.8, and {@code wilson(8, 10)} is 0.4902
 * to 0.9433. 10 of 10 are 0.7225 to 1.
 *
 * @param low where it begins
 * @param high where it ends
 */
public record Interval(double low, double high) {
  private static final double Z = 1.959963984540054; // of the normal distribution, at 97.5 %
  private static final int RESAMPLES = 1000;
  private static final long SEED = 12345;

  /**
   * Wilson's score interval of a share (Wilson 1927), which is of use for few questions and for
   * shares near 0 and 1 too. With p = right / n:
   *
   * <pre>(p + z²/2n ± z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n)</pre>
   *
   * @param right how many of n; halves may be among them, which makes it wider than need be
   * @param n at least 1
   */
  public static Interval wilson(double right, long n) {
    double p = right / n;
    double square = Z * Z / n;
    double half = Z * Math.sqrt(p * (1 - p) / n + square / (4 * n));
    double low = (p + square / 2 - half) / (1 + square);
    double high = (p + square / 2 + half) / (1 + square);
    // The ends of [0, 1] are exact where nothing or everything is right.
    return new Interval(p == 0 ? 0 : low, p == 1 ? 1 : high);
  }

  /**
   * The percentile bootstrap (Efron 1979): the number is computed of 1000 samples of n rows, drawn
   * with replacement, and 2.5 % of the outcomes lie below the interval and 2.5 % above it. The same
   * call gives the same interval.
   *
   * @param n rows that the number is of, at least 1
   * @param statistic the number of the rows with these indices
   */
  public static Interval bootstrap(int n, ToDoubleFunction<int[]> statistic) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] outcomes = new double[RESAMPLES];
    int[] drawn = new int[n];
    for (int sample = 0; sample < RESAMPLES; sample++) {
      for (int i = 0; i < n; i++) {
        drawn[i] = random.nextInt(n);
      }
      outcomes[sample] = statistic.applyAsDouble(drawn);
    }
    Arrays.sort(outcomes);
    return new Interval(percentile(outcomes, 0.025), percentile(outcomes, 0.975));
  }

  /** Between two outcomes it is where the line between them says. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    double rest = place - below;
    return below + 1 < sorted.length
        ? sorted[below] + rest * (sorted[below + 1] - sorted[below])
        : sorted[below];
  }
}
