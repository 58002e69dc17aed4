package dev.hone.jobs.ui;

import dev.hone.jobs.Durations;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the tab shows, as HTML that is also well-formed XML: one run, and the names of the others.
 */
public final class RunsHtml {
  private RunsHtml() {}

  /**
   * The page.
   *
   * @param all runs of the session, the newest first
   * @param name the run to show; null: the newest
   */
  static String page(List<RunState> all, String name, Instant now) {
    return "<style>"
        + css()
        + "</style><div id=\"hone-training\">"
        + LiveRuns.chosen(all, name)
            .map(run -> links(all, run) + run(run, now))
            .orElse("<p>No run was started in this session yet.</p>")
        + "</div><script>"
        + resource("training.js")
        + "</script>";
  }

  private static String links(List<RunState> all, RunState shown) {
    if (all.size() == 1) {
      return "";
    }
    return all.stream()
        .map(
            run ->
                "<li class=\"nav-item\"><a class=\"nav-link%s\" href=\"?run=%s\">%s</a></li>"
                    .formatted(
                        run.runId().equals(shown.runId()) ? " active" : "",
                        URLEncoder.encode(run.runId(), StandardCharsets.UTF_8),
                        Html.text(run.runId())))
        .collect(Collectors.joining("", "<ul class=\"nav nav-tabs\">", "</ul>"));
  }

  private static String run(RunState run, Instant now) {
    return head(run, now)
        + run.warnings().stream()
            .map(line -> "<div class=\"alert alert-warning\">" + Html.text(line) + "</div>")
            .collect(Collectors.joining())
        + charts(run, List.of())
        + RunTables.ranks(run)
        + RunTables.checkpoints(run)
        + RunTables.evaluations(run);
  }

  /** Loss and held-out loss, learning rate, tokens per second, and charts of the caller's own. */
  public static String charts(RunState run, List<Chart> more) {
    Chart loss =
        new Chart("Loss").line("loss", Chart.BLUE, run.loss()).dots("eval_loss ", run.evalLoss());
    return "<div class=\"charts\">"
        + loss.html()
        + new Chart("Learning rate").line("learning_rate", Chart.VIOLET, run.learningRate()).html()
        + new Chart("Tokens per second").line("tokens_per_second", Chart.GREEN, run.speed()).html()
        + more.stream().map(Chart::html).collect(Collectors.joining())
        + "</div>";
  }

  /** The rules for all that is drawn here, for what stands in an element {@code hone-training}. */
  public static String css() {
    return resource("training.css");
  }

  /** Name, state and the newest numbers of a run. */
  public static String head(RunState run, Instant now) {
    String badge =
        switch (run.state()) {
          case "finished" -> "badge-success";
          case "failed" -> "badge-danger";
          default -> "badge-primary";
        };
    StringBuilder html = new StringBuilder();
    html.append(
        "<h4 class=\"run\">%s <span class=\"badge %s\">%s</span> <small>since %s</small></h4>"
            .formatted(
                Html.text(run.runId()),
                badge,
                Html.text(run.state()),
                RunTables.time(run.started())));
    if (!run.message().isEmpty()) {
      html.append("<div class=\"alert alert-danger\">" + Html.text(run.message()) + "</div>");
    }
    long step = run.last().map(StepMetrics::step).orElse(0L);
    double done = run.totalSteps() == 0 ? 0 : 100.0 * step / run.totalSteps();
    if (run.totalSteps() > 0) {
      html.append(
          String.format(
              Locale.ROOT,
              "<div class=\"progress\"><div class=\"progress-bar %s\" style=\"width:%.1f%%\"></div></div>",
              "badge-primary".equals(badge) ? "" : badge.replace("badge", "bg"),
              done));
    }
    Duration took = Duration.between(run.started(), run.ended().orElse(now));
    html.append("<div class=\"tiles\">");
    html.append(
        tile(
            "step",
            shown(run.last(), m -> Html.count(m.step()))
                + (run.totalSteps() == 0
                    ? ""
                    : " <small>of " + Html.count(run.totalSteps()) + "</small>")));
    html.append(
        tile("epoch", shown(run.last(), m -> String.format(Locale.ROOT, "%.2f", m.epoch()))));
    html.append(tile("loss", shown(run.last(), m -> Html.number(m.loss()))));
    html.append(tile("grad_norm", shown(run.last(), m -> Html.number(m.gradNorm()))));
    html.append(tile("learning_rate", shown(run.last(), m -> Html.number(m.learningRate()))));
    html.append(tile("tokens/s", shown(run.last(), m -> Html.count(m.tokensPerSecond()))));
    html.append(tile("tokens", shown(run.last(), m -> Html.count(m.numTokens()))));
    html.append(tile("time", Durations.shown(took)));
    if (run.ended().isEmpty() && run.totalSteps() > 0) {
      html.append(tile("ETA", shown(run.last(), m -> Durations.shown(run.remaining()))));
    }
    return html.append("</div>").toString();
  }

  private static String shown(
      Optional<StepMetrics> last, java.util.function.Function<StepMetrics, String> what) {
    return last.map(what).orElse("&#8211;");
  }

  private static String tile(String name, String value) {
    return "<div class=\"tile\"><span>" + name + "</span><b>" + value + "</b></div>";
  }

  private static String resource(String name) {
    try (InputStream in = RunsHtml.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
