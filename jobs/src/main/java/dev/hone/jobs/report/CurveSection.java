package dev.hone.jobs.report;

import dev.hone.jobs.ui.Chart;
import dev.hone.jobs.ui.Curve;
import dev.hone.jobs.ui.RunState;
import dev.hone.jobs.ui.RunsHtml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Charts of everything that was measured of a training. */
final class CurveSection {
  /** What has a place of its own, or is no curve: tokens only grow. */
  private static final Set<String> ELSEWHERE =
      Set.of("loss", "learning_rate", "tokens_per_second", "grad_norm", "num_tokens");

  private CurveSection() {}

  /** Empty if nothing was measured. */
  static String html(RunDetails run, RunState state) {
    if (run.story().metrics().isEmpty() && state.evalLoss().isEmpty()) {
      return "";
    }
    List<Chart> more = new ArrayList<>();
    more.add(
        new Chart("Gradient norm")
            .line("grad_norm", Chart.BROWN, thin(run.story().curve("grad_norm"))));
    grouped(run.story()).forEach((title, curves) -> more.add(chart(title, curves)));
    if (run.ranks().last().size() > 1) {
      more.add(
          new Chart("Waiting of the ranks, %")
              .line("mean", Chart.ORANGE, thin(run.ranks().waiting())));
    }
    if (!run.ranks().memory().isEmpty()) {
      more.add(
          new Chart("Memory, GB").line("largest process", Chart.BLUE, thin(run.ranks().memory())));
    }
    return RunsHtml.charts(state, more);
  }

  /**
   * Those that TRL names alike, as {@code rewards/chosen} and {@code rewards/rejected}, are one.
   */
  private static Map<String, Map<String, List<Curve.Point>>> grouped(RunStory story) {
    Map<String, Map<String, List<Curve.Point>>> groups = new LinkedHashMap<>();
    story
        .metrics()
        .forEach(
            (name, curve) -> {
              if (!ELSEWHERE.contains(name)) {
                boolean scale = name.endsWith("/accuracies"); // a share beside sums
                String group = scale ? name : name.replaceAll("/.*", "");
                groups.computeIfAbsent(group, g -> new LinkedHashMap<>()).put(name, thin(curve));
              }
            });
    return groups;
  }

  private static Chart chart(String title, Map<String, List<Curve.Point>> curves) {
    List<String> colours = List.of(Chart.BLUE, Chart.ORANGE, Chart.GREEN, Chart.VIOLET);
    Chart chart = new Chart(title);
    int colour = 0;
    for (Map.Entry<String, List<Curve.Point>> curve : curves.entrySet()) {
      chart.line(curve.getKey(), colours.get(colour++ % colours.size()), curve.getValue());
    }
    return chart;
  }

  private static List<Curve.Point> thin(List<Curve.Point> curve) {
    return Curve.of(curve, RunStates.POINTS);
  }
}
