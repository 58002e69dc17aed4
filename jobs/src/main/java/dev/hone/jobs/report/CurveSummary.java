package dev.hone.jobs.report;

import dev.hone.jobs.ui.Curve;
import dev.hone.training.distributed.BestRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A curve in a few numbers. Values that are not finite are left out.
 *
 * @param tailMean mean of the last tenth of its values, at least of one: a single step says little
 * @param best of those of which less or more is better, the first of equal ones
 */
record CurveSummary(
    Curve.Point first, Curve.Point last, double tailMean, Optional<Curve.Point> best) {
  private static final List<String> MORE =
      List.of("accuracy", "accuracies", "margins", "per_second");
  private static final List<String> LESS = List.of("loss", "perplexity", "step_seconds");

  /** Which way is better. */
  enum Better {
    MORE,
    LESS,
    NEITHER
  }

  /** Of a metric of a training, by its name; of a name that is not known, neither. */
  static Better of(String metric) {
    if (LESS.stream().anyMatch(metric::endsWith)) {
      return Better.LESS;
    }
    return MORE.stream().anyMatch(metric::endsWith) ? Better.MORE : Better.NEITHER;
  }

  /** Of an evaluation, as the choice of the best checkpoint has it. */
  static Better ofEvaluation(String metric) {
    return BestRule.isGreaterBetter(metric) ? Better.MORE : Better.LESS;
  }

  /** Empty if no value is finite. */
  static Optional<CurveSummary> of(List<Curve.Point> curve, Better better) {
    List<Curve.Point> points =
        curve.stream().filter(point -> Double.isFinite(point.value())).toList();
    if (points.isEmpty()) {
      return Optional.empty();
    }
    int tail = tail(points.size());
    double mean =
        points.subList(points.size() - tail, points.size()).stream()
            .mapToDouble(Curve.Point::value)
            .average()
            .orElseThrow();
    return Optional.of(
        new CurveSummary(points.get(0), points.get(points.size() - 1), mean, best(points, better)));
  }

  /** How many values the last tenth of so many are. */
  static int tail(int points) {
    return (points + 9) / 10;
  }

  private static Optional<Curve.Point> best(List<Curve.Point> points, Better better) {
    Comparator<Curve.Point> byValue = Comparator.comparingDouble(Curve.Point::value);
    return switch (better) {
      case LESS -> points.stream().min(byValue);
      case MORE -> points.stream().min(byValue.reversed());
      case NEITHER -> Optional.empty();
    };
  }
}
