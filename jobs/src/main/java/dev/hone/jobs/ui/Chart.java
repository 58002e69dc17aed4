package dev.hone.jobs.ui;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Curves over the steps as SVG that is stretched to the width there is. Lines keep their width, and
 * what is written stands beside it as HTML, so that it is as easy to read on a narrow screen.
 */
public final class Chart {
  /** Colours that the style sheet of a page decides. */
  public static final String BLUE = "var(--blue)";

  public static final String ORANGE = "var(--orange)";
  public static final String GREEN = "var(--green)";
  public static final String VIOLET = "var(--violet)";
  public static final String BROWN = "var(--brown)";

  /** For curves of which there may be any number. */
  private static final List<String> MANY = List.of(ORANGE, GREEN, VIOLET, BROWN);

  private record Line(String name, String colour, boolean dots, List<Curve.Point> points) {}

  private final String title;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param title any text
   */
  public Chart(String title) {
    this.title = title;
  }

  /**
   * Adds a curve of many points; without any it is left out.
   *
   * @param colour as CSS has it, such as {@link #BLUE}
   */
  public Chart line(String name, String colour, List<Curve.Point> points) {
    return add(new Line(name, colour, false, points));
  }

  /** Adds a curve of few points, each of which is shown. */
  public Chart dots(String name, String colour, List<Curve.Point> points) {
    return add(new Line(name, colour, true, points));
  }

  /** Adds curves of few points by their names, each in another colour. */
  public Chart dots(String prefix, Map<String, List<Curve.Point>> byName) {
    int colour = 0;
    for (Map.Entry<String, List<Curve.Point>> one : byName.entrySet()) {
      dots(prefix + one.getKey(), MANY.get(colour++ % MANY.size()), one.getValue());
    }
    return this;
  }

  private Chart add(Line line) {
    if (!line.points.isEmpty()) {
      lines.add(line);
    }
    return this;
  }

  /** The chart with its title; of no curve only that there is none yet. */
  public String html() {
    if (lines.isEmpty()) {
      return "<div class=\"card\"><h5>"
          + Html.text(title)
          + "</h5><p class=\"none\">no value yet</p></div>";
    }
    List<Curve.Point> all = lines.stream().flatMap(line -> line.points.stream()).toList();
    Ticks values =
        Ticks.around(
            all.stream().mapToDouble(Curve.Point::value).min().orElseThrow(),
            all.stream().mapToDouble(Curve.Point::value).max().orElseThrow());
    long first = all.stream().mapToLong(Curve.Point::step).min().orElseThrow();
    long last = Math.max(first + 1, all.stream().mapToLong(Curve.Point::step).max().orElseThrow());
    StringBuilder drawn = new StringBuilder();
    lines.forEach(line -> draw(line, values, first, last, drawn));
    return new ChartFrame(
            title,
            legend(),
            values,
            drawn.toString(),
            List.of(Html.count(first), "step", Html.count(last)))
        .html();
  }

  private String legend() {
    return lines.stream()
        .map(
            line ->
                ChartFrame.key(
                    "background:" + line.colour,
                    line.name,
                    line.points.get(line.points.size() - 1).value()))
        .collect(Collectors.joining());
  }

  private static void draw(Line line, Ticks values, long first, long last, StringBuilder html) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (Curve.Point point : line.points) {
      double x = ChartFrame.WIDTH * ((double) (point.step() - first) / (double) (last - first));
      String place = ChartFrame.format("%.1f %.2f", x, ChartFrame.y(values, point.value()));
      path.append(path.isEmpty() ? "M" : "L").append(place);
      if (line.dots || line.points.size() == 1) {
        dots.append(
            "<path class=\"dot\" style=\"stroke:%s\" d=\"M%sh0.01\"><title>step %s: %s</title></path>"
                .formatted(
                    line.colour, place, Html.count(point.step()), Html.number(point.value())));
      }
    }
    html.append("<path class=\"line\" style=\"stroke:%s\" d=\"%s\"/>".formatted(line.colour, path));
    html.append(dots);
  }
}
