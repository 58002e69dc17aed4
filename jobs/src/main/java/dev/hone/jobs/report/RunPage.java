package dev.hone.jobs.report;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunState;
import dev.hone.jobs.ui.RunTables;
import dev.hone.jobs.ui.RunsHtml;
import dev.hone.training.distributed.BestRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * A run as one HTML page that needs nothing else: no script, no other file, no network. It is
 * well-formed XML, too.
 *
 * <pre>{@code
 * Files.writeString(path, RunPage.of(warehouse, "monday", true, System.getenv()));
 * }</pre>
 */
public final class RunPage {
  /** What a browser is told not to do, whatever a text of the corpus may hold. */
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private RunPage() {}

  /**
   * Reads a run, which may go on meanwhile or have failed, and draws it.
   *
   * @param text whether documents and answers are shown; without, only the tables of numbers are
   *     read, and reasons of refused records
   * @param environment what {@code ${NAME}} in the run's configuration resolves to; no value of it
   *     is shown
   * @throws HoneException if the warehouse has no run of that name, with those it has
   */
  public static String of(
      Warehouse warehouse, String runId, boolean text, Map<String, String> environment) {
    RunDetails run = DetailReader.read(warehouse, runId, text);
    if (run.documents().documents().isEmpty()) {
      return html(run, missing(run.documents().missing()), Instant.now());
    }
    Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
    return html(run, documents(run, environment, hadoop), Instant.now());
  }

  private static String documents(
      RunDetails run, Map<String, String> environment, Configuration hadoop) {
    try (Tokenizer tokenizer = RunTokenizer.open(run.story().run(), environment, hadoop)) {
      return DocumentSection.html(run.documents().documents(), tokenizer);
    } catch (HoneException e) {
      return missing(
          "the tokenizer cannot be opened: " + e.getMessage().lines().findFirst().orElse(""));
    }
  }

  private static String missing(String why) {
    return "<p class=\"none\">Not shown: " + Html.text(why) + ".</p>";
  }

  /**
   * The page.
   *
   * @param documents the section of what is trained, as HTML
   */
  static String html(RunDetails run, String documents, Instant now) {
    RunState state = RunStates.of(run);
    Sections sections = new Sections();
    sections.add("curves", "Curves", CurveSection.html(run, state));
    sections.add("evaluations", "Evaluations", EvalSection.html(run.story(), state));
    sections.add("roc", "ROC", RocSection.html(run.rewards()));
    sections.add("generations", "Answers", AnswerSection.html(run.generations()));
    sections.add("checkpoints", "Checkpoints", checkpoints(run.story(), state));
    sections.add("data", "Data", DataSection.html(run));
    sections.add("trained", "What is trained", documents);
    sections.add("configuration", "Configuration", FactSection.configuration(run.story()));
    sections.add("ranks", "Ranks and machines", FactSection.machines(run, state));
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
        + "<meta name=\"color-scheme\" content=\"light dark\"/>"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\"/>".formatted(POLICY)
        + "<title>%s</title><style>".formatted(Html.text(state.runId()))
        + RunsHtml.css()
        + css()
        + "</style></head><body><main id=\"hone-training\">"
        + RunsHtml.head(state, run.story().lastLine().orElse(now))
        + sections.links()
        + sections.html()
        + "<footer>hone %s; read %s</footer></main></body></html>\n"
            .formatted(Html.text(run.story().run().codeVersion()), RunTables.time(now));
  }

  private static String checkpoints(RunStory story, RunState state) {
    String by =
        BestRule.metricNamed(
            Settings.of(story.run().config()).getOrDefault("metric_for_best_model", "eval_loss"));
    String best =
        story.checkpoints().stream()
            .filter(CheckpointRow::best)
            .map(
                row ->
                    "<p class=\"none\">The best by %s is that of step %s.</p>"
                        .formatted(Html.text(by), Html.count(row.step())))
            .collect(Collectors.joining());
    return best + RunTables.checkpoints(state);
  }

  private static String css() {
    try (InputStream in = RunPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
