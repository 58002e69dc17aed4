package dev.hone.eval;

import dev.hone.training.distributed.RankMessage;
import java.time.Instant;

/**
 * A number with its interval.
 *
 * @param name in {@code evals}
 * @param n how many answers it is of
 */
public record Measured(String name, double value, long n, Interval interval) {

  /**
   * A share of answers.
   *
   * @param right how many of n
   */
  public static Measured share(String name, double right, long n) {
    return new Measured(name, right / n, n, Interval.wilson(right, n));
  }

  /** What a rank reports of it. */
  RankMessage.Evaluated message(long step, String dataset) {
    return new RankMessage.Evaluated(
        step, dataset, name, value, n, Instant.now(), interval.low(), interval.high());
  }
}
