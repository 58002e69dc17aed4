package dev.hone.jobs.ui;

import dev.hone.eval.RocCurve;
import java.util.List;
import java.util.Map;

/**
 * ROC curves of one data set by the steps at which it was measured, drawn as a {@link Chart} is:
 * the last strong, those before light, and the diagonal of a model that rates at random.
 */
public final class RocChart {
  /** As many as can be told apart. */
  private static final int POINTS = 400;

  private static final String LIGHT = ";opacity:.45";

  private RocChart() {}

  /**
   * The chart, as HTML.
   *
   * @param title any text
   * @param curves at least one, in the order of the steps
   */
  public static String html(String title, Map<Long, RocCurve> curves) {
    Ticks shares = Ticks.around(0, 1);
    StringBuilder keys = new StringBuilder();
    StringBuilder lines =
        new StringBuilder(
            ChartFrame.format(
                "<path class=\"chance\" d=\"M0 %dL%d 0\"/>", ChartFrame.HEIGHT, ChartFrame.WIDTH));
    int left = curves.size();
    for (Map.Entry<Long, RocCurve> one : curves.entrySet()) {
      String light = --left > 0 ? LIGHT : "";
      String name = "step %s, AUC".formatted(Html.count(one.getKey()));
      keys.append(ChartFrame.key("background:" + Chart.BLUE + light, name, one.getValue().area()));
      lines.append(
          "<path class=\"line\" style=\"stroke:%s\" d=\"%s\"/>"
              .formatted(Chart.BLUE + light, path(one.getValue().thinned(POINTS), shares)));
    }
    return new ChartFrame(
            title,
            keys.toString(),
            shares,
            lines.toString(),
            List.of("0", "share of rejected answers", "1"))
        .html();
  }

  private static String path(RocCurve curve, Ticks shares) {
    StringBuilder path = new StringBuilder();
    for (RocCurve.Point point : curve.points()) {
      path.append(path.isEmpty() ? "M" : "L");
      path.append(
          ChartFrame.format(
              "%.1f %.2f",
              ChartFrame.WIDTH * point.rejected(), ChartFrame.y(shares, point.chosen())));
    }
    return path.toString();
  }
}
