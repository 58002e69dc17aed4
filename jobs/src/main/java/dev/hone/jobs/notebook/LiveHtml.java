package dev.hone.jobs.notebook;

import dev.hone.jobs.Durations;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunState;
import dev.hone.jobs.ui.RunsHtml;
import dev.hone.training.trainer.StepMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A run at one moment, small enough for a cell: no dates, no tables. */
final class LiveHtml {
  private static final String NONE = "&#8211;";

  private LiveHtml() {}

  /**
   * @param doing what it does, in a few words; may be empty
   */
  static String of(RunState run, String doing) {
    String state = Html.text(run.state());
    StringBuilder html = new StringBuilder();
    html.append(
        "<div class=\"head\">%s <span class=\"badge %s\">%s</span><small>%s</small></div>"
            .formatted(Html.text(run.runId()), state, state, Html.text(doing)));
    if (!run.message().isEmpty()) {
      html.append("<div class=\"alert\">").append(Html.text(run.message())).append("</div>");
    }
    run.warnings()
        .forEach(line -> html.append("<p class=\"note\">").append(Html.text(line)).append("</p>"));
    Optional<StepMetrics> last = run.last();
    long step = last.map(StepMetrics::step).orElse(0L);
    html.append(
        String.format(
            Locale.ROOT,
            "<div class=\"progress\"><i class=\"%s\" style=\"width:%.1f%%\"></i></div>",
            state,
            run.totalSteps() == 0 ? 0 : 100.0 * step / run.totalSteps()));
    html.append("<div class=\"tiles\">");
    tile(
        html,
        "step",
        last.map(
            m -> Html.count(m.step()) + " <small>of " + Html.count(run.totalSteps()) + "</small>"));
    tile(html, "loss", last.map(m -> Html.number(m.loss())));
    run.evalLoss()
        .forEach(
            (dataset, curve) ->
                tile(
                    html,
                    "eval_loss " + dataset,
                    curve.isEmpty()
                        ? Optional.empty()
                        : Optional.of(Html.number(curve.get(curve.size() - 1).value()))));
    tile(html, "learning_rate", last.map(m -> Html.number(m.learningRate())));
    tile(html, "tokens", last.map(m -> Html.count(m.numTokens())));
    tile(html, "tokens/s", last.map(m -> Html.count(m.tokensPerSecond())));
    if (run.ended().isEmpty()) {
      tile(html, "ETA", last.map(m -> Durations.shown(run.remaining())));
    }
    return html.append("</div>").append(RunsHtml.charts(run, List.of())).toString();
  }

  private static void tile(StringBuilder html, String name, Optional<String> value) {
    html.append("<div class=\"tile\"><span>")
        .append(Html.text(name))
        .append("</span><b>")
        .append(value.orElse(NONE))
        .append("</b></div>");
  }
}
