package dev.hone.jobs.nightly.gate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * How sure the difference of two models is that were measured on the same items: the items are
 * drawn again and again, with replacement, and both models take part in each draw (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13: percentile interval).
 *
 * <pre>{@code
 * PairedBootstrap.interval(List.of(new Pair(3, 4, 1), new Pair(1, 2, 1)))   [-1, -1]: always one less
 * }</pre>
 */
public final class PairedBootstrap {
  private static final int DRAWS = 2000;
  private static final long SEED = 1;
  private static final int TAIL = DRAWS / 40;

  private PairedBootstrap() {}

  /**
   * One item as both models did it.
   *
   * @param candidate sum over the item
   * @param current the same of the other model
   * @param weight what both sums are divided by
   */
  public record Pair(double candidate, double current, double weight) {}

  /**
   * Of the weighted mean of candidate less that of current; the same pairs give the same interval.
   *
   * @return empty of fewer than two items
   */
  public static Optional<Interval> interval(List<Pair> pairs) {
    if (pairs.size() < 2) {
      return Optional.empty();
    }
    double[] difference = pairs.stream().mapToDouble(p -> p.candidate() - p.current()).toArray();
    double[] weight = pairs.stream().mapToDouble(Pair::weight).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < difference.length; i++) {
        int item = random.nextInt(difference.length);
        sum += difference[item];
        weights += weight[item];
      }
      means[draw] = sum / weights;
    }
    Arrays.sort(means);
    return Optional.of(new Interval(means[TAIL], means[DRAWS - 1 - TAIL], difference.length));
  }
}
