package dev.hone.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.jobs.report.CurveSummary.Better;
import dev.hone.jobs.ui.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CurveSummaryTest {

  /** Values at the steps 10, 20, ... */
  private static List<Curve.Point> curve(double... values) {
    List<Curve.Point> points = new ArrayList<>();
    for (double value : values) {
      points.add(new Curve.Point(10L * (points.size() + 1), value));
    }
    return points;
  }

  @Test
  void theLastTenthIsAMean() {
    double[] values = DoubleStream.iterate(1, value -> value + 1).limit(21).toArray();
    CurveSummary summary = CurveSummary.of(curve(values), Better.NEITHER).orElseThrow();
    assertEquals(new Curve.Point(10, 1), summary.first());
    assertEquals(new Curve.Point(210, 21), summary.last());
    assertEquals(20, summary.tailMean(), 0, "of 19, 20 and 21");
    assertEquals(Optional.empty(), summary.best());
    assertEquals(3, CurveSummary.of(curve(5, 3), Better.LESS).orElseThrow().tailMean(), 0);
  }

  @Test
  void theFirstOfEqualOnesIsTheBest() {
    List<Curve.Point> curve = curve(2, 1, Double.NaN, 1, 3, 3, Double.NEGATIVE_INFINITY);
    CurveSummary less = CurveSummary.of(curve, Better.LESS).orElseThrow();
    assertEquals(Optional.of(new Curve.Point(20, 1)), less.best());
    assertEquals(new Curve.Point(60, 3), less.last());
    assertEquals(
        Optional.of(new Curve.Point(50, 3)),
        CurveSummary.of(curve, Better.MORE).flatMap(CurveSummary::best));
    assertTrue(CurveSummary.of(curve(Double.NaN), Better.LESS).isEmpty());
  }

  @Test
  void namesSayWhatIsBetter() {
    assertEquals(Better.LESS, CurveSummary.of("loss"));
    assertEquals(Better.LESS, CurveSummary.of("nll_loss"));
    assertEquals(Better.MORE, CurveSummary.of("rewards/accuracies"));
    assertEquals(Better.MORE, CurveSummary.of("tokens_per_second"));
    assertEquals(Better.NEITHER, CurveSummary.of("grad_norm"));
    assertEquals(Better.MORE, CurveSummary.ofEvaluation("exact_match"));
  }

  @Test
  void aLossIsReachedOverATenthOfTheLines() {
    List<Curve.Point> tokens = curve(100, 200, 300);
    assertEquals(
        Optional.of(new Reached(20, Optional.of(200.0))), Reached.of(curve(3, 2, 1), tokens, 2.5));
    assertEquals(
        Optional.of(new Reached(30, Optional.empty())), Reached.of(curve(3, 2, 1), List.of(), 1));
    assertEquals(Optional.empty(), Reached.of(curve(3, 2, 1), tokens, 0.9));
    assertEquals(Optional.empty(), Reached.of(List.of(), tokens, 9));
    // Of 11 lines a tenth is two: one low value alone is not there yet.
    assertEquals(
        Optional.of(new Reached(50, Optional.empty())),
        Reached.of(curve(9, 9, 1, 9, -7, 9, 9, 9, 9, 9, 9), List.of(), 2));
  }
}
