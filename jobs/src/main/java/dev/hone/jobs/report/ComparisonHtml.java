package dev.hone.jobs.report;

import dev.hone.jobs.ui.Chart;
import dev.hone.jobs.ui.Curve;
import dev.hone.jobs.ui.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A comparison as a picture: the curves of both runs in one chart each, and two short tables. */
final class ComparisonHtml {
  /** Of each curve; more would be a thick line. */
  private static final int POINTS = 400;

  private final Comparison compared;
  private final String a;
  private final String b;

  private ComparisonHtml(Comparison compared) {
    this.compared = compared;
    this.a = compared.a().run().runId();
    this.b = compared.b().run().runId();
  }

  static String of(Comparison compared) {
    ComparisonHtml html = new ComparisonHtml(compared);
    return html.charts() + html.settings() + html.results() + html.data();
  }

  private String charts() {
    return "<div class=\"charts\">"
        + chart("Loss, mean of the last lines", "loss", true)
        + chart("Learning rate", "learning_rate", false)
        + chart("Gradient norm", "grad_norm", false)
        + chart("Tokens per second", "tokens_per_second", false)
        + "</div>";
  }

  private String chart(String title, String metric, boolean smooth) {
    return new Chart(title)
        .line(a, Chart.BLUE, curve(compared.a(), metric, smooth))
        .line(b, Chart.ORANGE, curve(compared.b(), metric, smooth))
        .html();
  }

  private static List<Curve.Point> curve(RunStory run, String metric, boolean smooth) {
    List<Curve.Point> points = run.curve(metric);
    return Curve.of(smooth ? smooth(points) : points, POINTS);
  }

  /**
   * Each value the mean of a tenth of the curve's values, those up to it.
   *
   * <p>Example: of 20 values each is the mean of itself and the one before.
   */
  static List<Curve.Point> smooth(List<Curve.Point> points) {
    int window = CurveSummary.tail(points.size());
    List<Curve.Point> means = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double mean =
          points.subList(Math.max(0, i + 1 - window), i + 1).stream()
              .mapToDouble(Curve.Point::value)
              .average()
              .orElseThrow();
      means.add(new Curve.Point(points.get(i).step(), mean));
    }
    return means;
  }

  private String settings() {
    List<String> rows = new ArrayList<>();
    Comparison.different(compared.settings())
        .forEach(
            (key, both) ->
                rows.add(
                    "<tr>"
                        + Html.cell(key)
                        + Html.cell(both.a().orElse("-"))
                        + Html.cell(both.b().orElse("-"))
                        + "</tr>"));
    return table("configuration, where it differs", "", rows, "");
  }

  private String results() {
    List<String> rows = new ArrayList<>();
    compared
        .metrics()
        .forEach(
            (name, both) -> {
              if (name.equals("loss") || name.endsWith("accuracy")) {
                number(rows, name + ", mean of the last tenth", both.map(CurveSummary::tailMean));
              }
            });
    compared
        .evals()
        .forEach(
            (name, both) -> {
              number(rows, name + ", first", both.map(one -> one.first().value()));
              number(rows, name + ", last", both.map(one -> one.last().value()));
            });
    return table("what came of it", " class=\"n\"", rows, "<th class=\"n\">difference</th>");
  }

  private String data() {
    return "<p class=\"note\">" + Html.text(compared.data().shown()) + "</p>";
  }

  private static void number(List<String> rows, String name, Both<Double> values) {
    Optional<Double> difference =
        values.a().flatMap(first -> values.b().map(second -> second - first));
    rows.add(
        "<tr>"
            + Html.cell(name)
            + Html.numeric(shown(values.a()))
            + Html.numeric(shown(values.b()))
            + Html.numeric(difference.map(d -> (d > 0 ? "+" : "") + Html.number(d)).orElse(""))
            + "</tr>");
  }

  private static String shown(Optional<Double> value) {
    return value.map(Html::number).orElse("-");
  }

  /** Empty without a row. */
  private String table(String title, String kind, List<String> rows, String more) {
    return rows.isEmpty()
        ? ""
        : "<table><thead><tr><th>%s</th><th%s>%s</th><th%s>%s</th>%s</tr></thead><tbody>%s</tbody></table>"
            .formatted(title, kind, Html.text(a), kind, Html.text(b), more, String.join("", rows));
  }
}
