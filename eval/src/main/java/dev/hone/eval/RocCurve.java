package dev.hone.eval;

import dev.hone.training.objective.PairRewards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well rewards tell chosen answers from rejected ones, whatever their prompts: for every
 * threshold, which share of the chosen answers and which of the rejected ones have a reward that is
 * not below it (receiver operating characteristic).
 *
 * <p>The area under it is how often a chosen answer has a higher reward than a rejected one, over
 * all combinations of the two, equal rewards counting half (Mann and Whitney 1947). It is counted
 * in whole numbers along the sorted rewards, so in O(n log n). ND4J's {@code ROC} is not used: its
 * area depends on the order in which answers of one reward come, so four equal rewards can have 1.
 *
 * <p>Worked example: chosen 3 and 2, rejected 2 and 1. The points (rejected, chosen) are (0, 0),
 * (0, 0.5) at 3, (0.5, 1) at 2 and (1, 1) at 1. Of the four combinations three are right and one is
 * equal, so the area is 0.875.
 *
 * @param points from (0, 0) to (1, 1), one for each reward that occurs
 * @param area from 0 to 1; 0.5 is chance
 */
public record RocCurve(List<Point> points, double area) {

  /**
   * What passes a threshold.
   *
   * @param rejected share of the rejected answers
   * @param chosen share of the chosen answers
   */
  public record Point(double rejected, double chosen) {}

  /**
   * That of at least one pair.
   *
   * @throws IllegalArgumentException if there is no pair, or a reward is NaN
   */
  public static RocCurve of(PairRewards rewards) {
    int pairs = rewards.pairs();
    float[] chosen = sorted(rewards.chosen());
    float[] rejected = sorted(rewards.rejected());
    List<Point> points = new ArrayList<>();
    points.add(new Point(0, 0));
    int c = pairs;
    int r = pairs;
    long halves = 0;
    while (c > 0 || r > 0) {
      float threshold = highest(chosen, c, rejected, r);
      int chosenBefore = pairs - c;
      int rejectedBefore = pairs - r;
      c = below(threshold, chosen, c);
      r = below(threshold, rejected, r);
      halves += (long) (pairs - r - rejectedBefore) * (chosenBefore + pairs - c);
      points.add(new Point(share(pairs - r, pairs), share(pairs - c, pairs)));
    }
    return new RocCurve(points, halves / (2.0 * pairs * pairs));
  }

  /** The last of the first values of either. */
  private static float highest(float[] chosen, int c, float[] rejected, int r) {
    if (c == 0) {
      return rejected[r - 1];
    }
    return r == 0 ? chosen[c - 1] : Math.max(chosen[c - 1], rejected[r - 1]);
  }

  /** How many of the first values are below a threshold that the others are not above. */
  private static int below(float threshold, float[] sorted, int count) {
    int left = count;
    while (left > 0 && sorted[left - 1] == threshold) {
      left--;
    }
    return left;
  }

  private static double share(int some, int all) {
    return (double) some / all;
  }

  private static float[] sorted(float[] rewards) {
    float[] sorted = rewards.clone();
    Arrays.sort(sorted);
    if (sorted.length == 0 || Float.isNaN(sorted[sorted.length - 1])) { // where NaN is sorted to
      throw new IllegalArgumentException(
          "no curve of %d rewards: there is none, or one is NaN".formatted(sorted.length));
    }
    return sorted;
  }

  /**
   * At most so many of its points, evenly along it, with both ends; the area stays what it is.
   *
   * @param most at least 3
   */
  public RocCurve thinned(int most) {
    if (points.size() <= most) {
      return this;
    }
    double step = 2.0 / (most - 2); // right and up, a curve goes a way of 2
    List<Point> kept = new ArrayList<>();
    double next = 0;
    for (Point point : points.subList(0, points.size() - 1)) {
      double way = point.rejected() + point.chosen();
      if (way >= next) {
        kept.add(point);
        next = way + step;
      }
    }
    kept.add(points.get(points.size() - 1));
    return new RocCurve(kept, area);
  }
}
