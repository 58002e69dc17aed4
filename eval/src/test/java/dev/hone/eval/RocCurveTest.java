package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.eval.RocCurve.Point;
import dev.hone.training.objective.PairRewards;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RocCurveTest {

  private static PairRewards rewards(double... answers) {
    return PairRewards.of(answers);
  }

  @Test
  void theWorkedExample() {
    RocCurve curve = RocCurve.of(rewards(3, 2, 2, 1));
    assertEquals(
        List.of(new Point(0, 0), new Point(0, 0.5), new Point(0.5, 1), new Point(1, 1)),
        curve.points());
    assertEquals(0.875, curve.area());
  }

  @Test
  void theEnds() {
    assertEquals(1, RocCurve.of(rewards(2, -1, 0.5, 0.25)).area(), "all chosen ones are above");
    assertEquals(0, RocCurve.of(rewards(-1, 2, 0.25, 0.5)).area(), "all are below");
    RocCurve equal = RocCurve.of(rewards(7, 7, 7, 7));
    assertEquals(0.5, equal.area(), "nothing is told apart");
    assertEquals(List.of(new Point(0, 0), new Point(1, 1)), equal.points());
    assertEquals(0.5, RocCurve.of(rewards(0.0, -0.0)).area(), "the two zeros are equal");
  }

  /** Pairs may all be told apart where rewards cannot be compared across prompts. */
  @Test
  void theAreaIsNotTheAccuracy() {
    assertEquals(0.75, RocCurve.of(rewards(1, 0, 101, 100)).area());
  }

  /** Every chosen answer with every rejected one, of rewards with many ties and with none. */
  @Test
  void theAreaIsThatOfAllCombinations() {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      int values = List.of(2, 5, 1_000_000).get(round % 3);
      double[] answers = new double[2 * (1 + random.nextInt(40))];
      for (int i = 0; i < answers.length; i++) {
        answers[i] = (random.nextInt(values) - values / 2 + (i % 2 == 0 ? 1 : 0)) / 4.0;
      }
      RocCurve curve = RocCurve.of(rewards(answers));
      double expected = combinations(rewards(answers));
      assertTrue(Math.abs(curve.area() - expected) <= 1e-12, curve.area() + ", not " + expected);
      double drawn = trapezoids(curve.points());
      assertTrue(Math.abs(drawn - expected) <= 1e-9, drawn + " is drawn, not " + expected);
    }
  }

  private static double combinations(PairRewards rewards) {
    double wins = 0;
    for (float chosen : rewards.chosen()) {
      for (float rejected : rewards.rejected()) {
        wins += chosen > rejected ? 1 : chosen == rejected ? 0.5 : 0;
      }
    }
    return wins / rewards.pairs() / rewards.pairs();
  }

  private static double trapezoids(List<Point> points) {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      area += (to.rejected() - from.rejected()) * (from.chosen() + to.chosen()) / 2;
    }
    return area;
  }

  @Test
  void aThinCurveIsNearlyTheSame() {
    Random random = new Random(6);
    double[] answers = random.doubles(20_000).map(x -> x * x).toArray();
    for (int i = 0; i < answers.length; i += 2) {
      answers[i] += 0.3;
    }
    RocCurve curve = RocCurve.of(rewards(answers));
    RocCurve thin = curve.thinned(400);
    assertTrue(thin.points().size() <= 400, "points " + thin.points().size());
    assertTrue(thin.points().size() >= 350, "points " + thin.points().size());
    assertTrue(curve.points().containsAll(thin.points()));
    assertEquals(new Point(0, 0), thin.points().get(0));
    assertEquals(new Point(1, 1), thin.points().get(thin.points().size() - 1));
    assertEquals(curve.area(), thin.area());
    double drawn = trapezoids(thin.points());
    assertTrue(Math.abs(drawn - curve.area()) <= 1e-3, drawn + " of " + curve.area());
    assertSame(curve, curve.thinned(curve.points().size()));
  }

  @Test
  void noPairAndNoNumber() {
    assertThrows(IllegalArgumentException.class, () -> RocCurve.of(PairRewards.NONE));
    assertThrows(IllegalArgumentException.class, () -> RocCurve.of(rewards(1, Double.NaN, 2, 0)));
  }
}
