package dev.hone.jobs.report;

import dev.hone.formats.tables.EvalRow;
import dev.hone.jobs.ui.Curve;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured of one data set under one name.
 *
 * @param rows in the order of their steps; at least one
 */
record EvalSummary(String dataset, String name, List<EvalRow> rows) {

  /** By data set and name, in the order in which they were measured. */
  static Map<String, EvalSummary> of(List<EvalRow> evals) {
    Map<String, EvalSummary> all = new LinkedHashMap<>();
    for (EvalRow row : evals) {
      all.computeIfAbsent(
              row.dataset() + "  " + row.name(),
              key -> new EvalSummary(row.dataset(), row.name(), new ArrayList<>()))
          .rows
          .add(row);
    }
    return all;
  }

  EvalRow first() {
    return rows.get(0);
  }

  EvalRow last() {
    return rows.get(rows.size() - 1);
  }

  List<Curve.Point> curve() {
    return rows.stream().map(row -> new Curve.Point(row.step(), row.value())).toList();
  }

  /** The best of them; the last one if none is finite. */
  Curve.Point best() {
    return CurveSummary.of(curve(), CurveSummary.ofEvaluation(name))
        .flatMap(CurveSummary::best)
        .orElseGet(() -> new Curve.Point(last().step(), last().value()));
  }
}
