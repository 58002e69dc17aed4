package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class IntervalTest {

  /** {@code statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")}. */
  @Test
  void wilsonsIntervalIsThatOfStatsmodels() {
    same(0.49016247153664183, 0.94331784854561, Interval.wilson(8, 10));
    same(0.4038315303659956, 0.5961684696340044, Interval.wilson(50, 100));
    same(0, 0.043239483814051, Interval.wilson(0, 85));
    same(0.956760516185949, 1, Interval.wilson(85, 85));
  }

  @Test
  void halvesCountAsTheyAre() {
    Interval between = Interval.wilson(4.5, 10);
    assertTrue(between.low() > Interval.wilson(4, 10).low());
    assertTrue(between.low() < Interval.wilson(5, 10).low());
  }

  /** Of n numbers of 0 or 1 the deviation of the mean is sqrt(p (1 - p) / n). */
  @Test
  void theBootstrapOfAMeanIsAboutItsNormalInterval() {
    int n = 400;
    Interval interval =
        Interval.bootstrap(
            n, drawn -> Arrays.stream(drawn).filter(i -> i < n / 4).count() / (double) n);
    double half = 1.96 * Math.sqrt(0.25 * 0.75 / n);
    assertEquals(0.25 - half, interval.low(), 0.005);
    assertEquals(0.25 + half, interval.high(), 0.005);
  }

  @Test
  void theSameRowsHaveTheSameBootstrap() {
    assertEquals(sums(), sums());
    assertEquals(new Interval(3, 3), Interval.bootstrap(7, drawn -> 3));
  }

  private static Interval sums() {
    return Interval.bootstrap(20, drawn -> Arrays.stream(drawn).sum());
  }

  private static void same(double low, double high, Interval found) {
    assertEquals(low, found.low(), 1e-9);
    assertEquals(high, found.high(), 1e-9);
  }
}
