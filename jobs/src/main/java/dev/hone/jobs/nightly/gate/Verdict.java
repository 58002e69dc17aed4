package dev.hone.jobs.nightly.gate;

import java.util.Locale;
import java.util.Optional;

/**
 * A condition with the numbers of one night.
 *
 * @param candidate of the new version; NaN if it was not measured
 * @param current of the version it started from
 * @param difference of candidate - current, where single items are known
 */
public record Verdict(Gate gate, double candidate, double current, Optional<Interval> difference) {

  /** What candidate is compared with. */
  public double bound() {
    return gate.bound(current);
  }

  /** Whether the condition holds. */
  public boolean holds() {
    return gate.holds(candidate, current);
  }

  /**
   * For a person.
   *
   * <p>Example: {@code eval_loss <= 1.01 * current: 2.0312 <= 2.0504 holds (current 2.0301,
   * difference 0.0011, 95 % from -0.0102 to 0.0121 over 48 items)}
   */
  @Override
  public String toString() {
    if (Double.isNaN(candidate) || Double.isNaN(current)) {
      return gate.text() + ": " + gate.metric() + " was not measured, so it does not hold";
    }
    String interval =
        difference
            .map(
                found ->
                    String.format(
                        Locale.ROOT,
                        ", 95 %% from %.4f to %.4f over %d items",
                        found.low(),
                        found.high(),
                        found.items()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "%s: %.4f %s %.4f %s (current %.4f, difference %.4f%s)",
        gate.text(),
        candidate,
        gate.comparison(),
        bound(),
        holds() ? "holds" : "does not hold",
        current,
        candidate - current,
        interval);
  }
}
