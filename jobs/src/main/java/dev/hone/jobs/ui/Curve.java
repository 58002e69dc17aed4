package dev.hone.jobs.ui;

import java.util.ArrayList;
import java.util.List;

/**
 * A curve that stays small however long a run is: once it has as many points as it may have, two
 * neighbours become one with the mean of their values, and so does what follows.
 *
 * <p>Example: of at most 4 points, the values 1 to 6 at the steps 1 to 6 are 1.5 at 2, 3.5 at 4 and
 * 5.5 at 6.
 */
public final class Curve {

  /** A value, at the last of the steps that it is the mean of. */
  public record Point(long step, double value) {}

  private final int most;
  private final List<Point> points = new ArrayList<>();
  private int each = 1;
  private int pending;
  private double sum;

  /**
   * @param most points that it may have; even
   */
  public Curve(int most) {
    this.most = most;
  }

  /** Adds a value after those before; one that is not finite is left out. */
  public void add(long step, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    sum += value;
    pending++;
    if (pending == each) {
      points.add(new Point(step, sum / each));
      sum = 0;
      pending = 0;
      if (points.size() == most) {
        halve();
      }
    }
  }

  private void halve() {
    for (int i = 0; i < most / 2; i++) {
      Point first = points.get(2 * i);
      Point second = points.get(2 * i + 1);
      points.set(i, new Point(second.step(), (first.value() + second.value()) / 2));
    }
    points.subList(most / 2, most).clear();
    each *= 2;
  }

  /** A curve of at most so many points, see above. */
  public static List<Point> of(List<Point> points, int most) {
    Curve curve = new Curve(most);
    points.forEach(point -> curve.add(point.step(), point.value()));
    return curve.points();
  }

  /** What it is now; what does not make a whole mean yet is not in it. */
  public List<Point> points() {
    return List.copyOf(points);
  }
}
