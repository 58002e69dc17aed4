package dev.hone.jobs.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CurveTest {

  @Test
  void neighboursBecomeOneWhereThereAreTooMany() {
    Curve curve = new Curve(4);
    for (int step = 1; step <= 6; step++) {
      curve.add(step, step);
    }
    assertEquals(
        List.of(new Curve.Point(2, 1.5), new Curve.Point(4, 3.5), new Curve.Point(6, 5.5)),
        curve.points());
  }

  @Test
  void aLongRunKeepsItsShapeInFewPoints() {
    Curve curve = new Curve(100);
    for (int step = 1; step <= 100_000; step++) {
      curve.add(step, 1.0 / step);
      assertTrue(curve.points().size() < 100, "at step " + step);
    }
    List<Curve.Point> points = curve.points();
    assertTrue(points.size() >= 49, points::toString);
    assertTrue(points.get(points.size() - 1).step() > 97_000, points::toString);
    for (int i = 1; i < points.size(); i++) {
      assertTrue(points.get(i).value() < points.get(i - 1).value(), points::toString);
    }
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    Curve curve = new Curve(4);
    curve.add(1, Double.NaN);
    curve.add(2, Double.POSITIVE_INFINITY);
    curve.add(3, 7);
    assertEquals(List.of(new Curve.Point(3, 7)), curve.points());
  }
}
