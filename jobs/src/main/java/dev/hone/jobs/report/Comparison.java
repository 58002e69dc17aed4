package dev.hone.jobs.report;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PrepRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two runs side by side: {@code hone compare}.
 *
 * <pre>{@code
 * Comparison.of(warehouse, "monday", "tuesday").lines().forEach(System.out::println);
 * }</pre>
 */
public final class Comparison {
  private final Both<RunStory> runs;

  private Comparison(RunStory a, RunStory b) {
    runs = Both.of(a, b);
  }

  /**
   * Reads two runs, which may go on meanwhile.
   *
   * @throws HoneException if one is not in the warehouse, with the names of those that are
   */
  public static Comparison of(Warehouse warehouse, String a, String b) {
    return of(RunStory.read(warehouse, a), RunStory.read(warehouse, b));
  }

  static Comparison of(RunStory a, RunStory b) {
    return new Comparison(a, b);
  }

  /** For a person. */
  public List<String> lines() {
    return ComparisonText.lines(this);
  }

  /** For a program: one object; what is there of each run is an array of two. */
  public String json() {
    return ComparisonJson.of(this).toString();
  }

  /** For a page or a notebook: curves in one picture, and tables. Its rules are not in it. */
  public String html() {
    return ComparisonHtml.of(this);
  }

  RunStory a() {
    return runs.a().orElseThrow();
  }

  RunStory b() {
    return runs.b().orElseThrow();
  }

  Both<RunStory> runs() {
    return runs;
  }

  /** Keys of the configurations, by whichever has them. */
  Map<String, Both<String>> settings() {
    return Both.byKey(Settings.of(a().run().config()), Settings.of(b().run().config()));
  }

  /** Metrics of the trainings by name. */
  Map<String, Both<CurveSummary>> metrics() {
    return Both.byKey(metrics(a()), metrics(b()));
  }

  private static Map<String, CurveSummary> metrics(RunStory run) {
    Map<String, CurveSummary> summaries = new LinkedHashMap<>();
    run.metrics()
        .forEach(
            (name, curve) ->
                CurveSummary.of(curve, CurveSummary.of(name))
                    .ifPresent(summary -> summaries.put(name, summary)));
    return summaries;
  }

  /** Where each came to the loss that the other ended with, see {@link CurveSummary#tailMean}. */
  Both<Reached> reached() {
    return new Both<>(reached(a(), b()), reached(b(), a()));
  }

  private static Optional<Reached> reached(RunStory run, RunStory other) {
    return CurveSummary.of(other.curve("loss"), CurveSummary.Better.LESS)
        .flatMap(
            summary -> Reached.of(run.curve("loss"), run.curve("num_tokens"), summary.tailMean()));
  }

  /** Evaluations by data set and name. */
  Map<String, Both<EvalSummary>> evals() {
    return Both.byKey(EvalSummary.of(a().evals()), EvalSummary.of(b().evals()));
  }

  SameData data() {
    return SameData.of(a(), b());
  }

  /** What went into the preparations, where that is not the same. */
  Map<String, Both<String>> preparation() {
    return different(Both.byKey(prepared(a()), prepared(b())));
  }

  private static Map<String, String> prepared(RunStory run) {
    return run.prep().map(PrepRow::config).map(Settings::of).orElse(Map.of());
  }

  /** Those in which the two differ. */
  static Map<String, Both<String>> different(Map<String, Both<String>> settings) {
    Map<String, Both<String>> different = new LinkedHashMap<>(settings);
    different.values().removeIf(value -> !value.isDifferent());
    return different;
  }
}
