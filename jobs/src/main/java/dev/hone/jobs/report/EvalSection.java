package dev.hone.jobs.report;

import dev.hone.jobs.ui.Chart;
import dev.hone.jobs.ui.Curve;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunState;
import dev.hone.jobs.ui.RunTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluations: before, the best and after, their curves, and every single one. */
final class EvalSection {
  private EvalSection() {}

  /** Empty if there is none. */
  static String html(RunStory story, RunState state) {
    if (story.evals().isEmpty()) {
      return "";
    }
    List<EvalSummary> summaries = List.copyOf(EvalSummary.of(story.evals()).values());
    List<String> rows = summaries.stream().map(EvalSection::row).toList();
    List<String> columns =
        List.of(
            "Data set",
            "Name",
            "#First",
            "#at step",
            "#Best",
            "#at step",
            "#Last",
            "#at step",
            "#Change",
            "#Mean of");
    String all =
        "<details><summary>Every evaluation</summary>"
            + RunTables.evaluations(state)
            + "</details>";
    return RunTables.table("First, best and last", columns, rows)
        + charts(summaries)
        + (state.evals().size() > summaries.size() ? all : "");
  }

  private static String row(EvalSummary one) {
    Curve.Point best = one.best();
    double change = one.last().value() - one.first().value();
    return "<tr>"
        + Html.cell(one.dataset())
        + Html.cell(one.name())
        + Html.numeric(Html.number(one.first().value()))
        + Html.numeric(Html.count(one.first().step()))
        + Html.numeric(Html.number(best.value()))
        + Html.numeric(Html.count(best.step()))
        + Html.numeric("<b>" + Html.number(one.last().value()) + "</b>")
        + Html.numeric(Html.count(one.last().step()))
        + Html.numeric((change > 0 ? "+" : "") + Html.number(change))
        + Html.numeric(Html.count(one.last().n()))
        + "</tr>";
  }

  /** A chart for each name that was measured more than once. */
  private static String charts(List<EvalSummary> summaries) {
    Map<String, Map<String, List<Curve.Point>>> byName = new LinkedHashMap<>();
    for (EvalSummary one : summaries) {
      if (one.rows().size() > 1) {
        byName
            .computeIfAbsent(one.name(), name -> new LinkedHashMap<>())
            .put(one.dataset(), Curve.of(one.curve(), RunStates.POINTS));
      }
    }
    List<String> charts = new ArrayList<>();
    byName.forEach((name, curves) -> charts.add(new Chart(name).dots("", curves).html()));
    return charts.isEmpty()
        ? ""
        : "<div class=\"charts even\">" + String.join("", charts) + "</div>";
  }
}
