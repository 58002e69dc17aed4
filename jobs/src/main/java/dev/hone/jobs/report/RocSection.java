package dev.hone.jobs.report;

import dev.hone.eval.RocCurve;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.jobs.ui.RocChart;
import dev.hone.training.objective.PairRewards;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** How well the rewards of a reward model tell chosen answers from rejected ones. */
final class RocSection {
  private static final String WHAT =
      "<p class=\"none\">Which share of the chosen answers has a reward that is not below a"
          + " threshold, over that of the rejected ones, for every threshold. The dashed line is"
          + " chance.</p>";

  private RocSection() {}

  /**
   * A chart for each data set; empty if no pair was rated.
   *
   * @param rows of the steps that are shown
   */
  static String html(List<EvalRewardRow> rows) {
    Map<String, SortedMap<Long, List<EvalRewardRow>>> sets = new LinkedHashMap<>();
    for (EvalRewardRow row : rows) {
      sets.computeIfAbsent(row.dataset(), set -> new TreeMap<>())
          .computeIfAbsent(row.step(), step -> new ArrayList<>())
          .add(row);
    }
    if (sets.isEmpty()) {
      return "";
    }
    StringBuilder charts = new StringBuilder();
    sets.forEach(
        (set, steps) -> {
          Map<Long, RocCurve> curves = new LinkedHashMap<>();
          steps.forEach((step, pairs) -> curves.put(step, curve(pairs)));
          charts.append(RocChart.html("ROC of " + set, curves));
        });
    return WHAT + "<div class=\"charts even roc\">" + charts + "</div>";
  }

  private static RocCurve curve(List<EvalRewardRow> pairs) {
    return RocCurve.of(
        PairRewards.of(
            pairs.stream()
                .flatMapToDouble(row -> DoubleStream.of(row.chosenReward(), row.rejectedReward()))
                .toArray()));
  }
}
