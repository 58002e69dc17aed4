package dev.hone.jobs.report;

import dev.hone.jobs.ui.Curve;
import java.util.List;
import java.util.Optional;

/**
 * Where a run came to a loss: the first step at which the mean of the loss over a tenth of the
 * run's lines, those up to it, is not above it.
 *
 * <p>Example: of the losses 3, 2, 1 at the steps 1 to 3 a tenth is one line; a loss of 2.5 is
 * reached at step 2.
 *
 * @param tokens read by then; empty if that was not measured
 */
record Reached(long step, Optional<Double> tokens) {
  /** What the sum of a window that moves over the values may be off, relative to it. */
  private static final double ROUNDING = 1e-9;

  /**
   * Looks for it.
   *
   * @param loss in order
   * @param tokens {@code num_tokens}
   * @return empty if it never came there
   */
  static Optional<Reached> of(List<Curve.Point> loss, List<Curve.Point> tokens, double target) {
    List<Curve.Point> points =
        loss.stream().filter(point -> Double.isFinite(point.value())).toList();
    int window = CurveSummary.tail(points.size());
    double limit = target + Math.abs(target) * ROUNDING;
    double sum = 0;
    for (int i = 0; i < points.size(); i++) {
      sum += points.get(i).value() - (i < window ? 0 : points.get(i - window).value());
      if (i + 1 >= window && sum / window <= limit) {
        long step = points.get(i).step();
        return Optional.of(new Reached(step, at(tokens, step)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Double> at(List<Curve.Point> curve, long step) {
    return curve.stream().filter(point -> point.step() == step).map(Curve.Point::value).findFirst();
  }
}
