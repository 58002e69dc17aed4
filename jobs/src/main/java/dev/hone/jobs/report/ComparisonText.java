package dev.hone.jobs.report;

import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.jobs.Durations;
import dev.hone.jobs.ui.Curve;
import dev.hone.jobs.ui.Html;
import dev.hone.jobs.ui.RunTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A comparison in the terminal: a table for each thing that is compared, the runs as columns. */
final class ComparisonText {
  private static final String NONE = "-";

  private final Comparison compared;
  private final List<String> lines = new ArrayList<>();

  private ComparisonText(Comparison compared) {
    this.compared = compared;
  }

  static List<String> lines(Comparison compared) {
    ComparisonText text = new ComparisonText(compared);
    text.runs();
    text.settings();
    text.metrics();
    text.evals();
    text.data();
    return text.lines;
  }

  private String a() {
    return compared.a().run().runId();
  }

  private String b() {
    return compared.b().run().runId();
  }

  private void runs() {
    TextTable table = new TextTable(false, "run", a(), b());
    row(table, "state", run -> Optional.of(run.run().state()));
    row(table, "why", run -> run.run().message());
    row(table, "started", run -> Optional.of(RunTables.time(run.run().startedAt())));
    row(table, "time", run -> run.took().map(Durations::shown));
    row(table, "steps", run -> Optional.of(Html.count(run.steps())));
    row(table, "epochs", run -> Optional.of(String.format(Locale.ROOT, "%.2f", run.epochs())));
    row(table, "tokens", run -> run.last("num_tokens").map(last -> Html.count(last.value())));
    row(table, "preparation", run -> run.run().prepId());
    row(table, "hone", run -> Optional.of(run.run().codeVersion()));
    row(table, "forgotten since", run -> run.run().forgottenRows().map(Html::count));
    lines.addAll(table.lines());
  }

  private void row(TextTable table, String name, Function<RunStory, Optional<String>> what) {
    row(table, name, compared.runs().flatMap(what));
  }

  private static void row(TextTable table, String name, Both<String> values) {
    if (!values.isEmpty()) {
      table.add(name, values.a().orElse(NONE), values.b().orElse(NONE));
    }
  }

  private void settings() {
    Map<String, Both<String>> all = compared.settings();
    Map<String, Both<String>> different = Comparison.different(all);
    lines.add("");
    if (different.isEmpty()) {
      lines.add("configuration: the same %d keys".formatted(all.size()));
      return;
    }
    TextTable table =
        new TextTable(
            false,
            "configuration (%d of %d keys differ)".formatted(different.size(), all.size()),
            a(),
            b());
    different.forEach((key, values) -> row(table, key, values));
    lines.addAll(table.lines());
  }

  private void metrics() {
    TextTable table = new TextTable(true, "training", a(), b(), "difference");
    compared
        .metrics()
        .forEach(
            (name, both) -> {
              if (name.equals("num_tokens")) {
                return; // which stands above
              }
              boolean loss = name.equals("loss");
              if (loss) {
                numbers(table, name + ", first", both.map(found -> found.first().value()));
              }
              numbers(table, name + ", last", both.map(found -> found.last().value()));
              numbers(table, name + ", mean of the last 10 %", both.map(CurveSummary::tailMean));
              Both<Curve.Point> best = both.flatMap(CurveSummary::best);
              numbers(table, name + ", best", best.map(Curve.Point::value));
              if (loss) {
                counts(table, "    at step", best.map(Curve.Point::step));
              }
            });
    Both<Reached> reached = compared.reached();
    counts(table, "step at the other's last loss", reached.map(Reached::step));
    counts(
        table,
        "tokens to the other's last loss",
        reached.flatMap(Reached::tokens).map(Double::longValue));
    section(table);
  }

  private void evals() {
    TextTable table = new TextTable(true, "evaluation", a(), b(), "difference");
    compared
        .evals()
        .forEach(
            (name, both) -> {
              Both<EvalRow> last = both.map(EvalSummary::last);
              boolean several =
                  Stream.of(both.a(), both.b())
                      .flatMap(Optional::stream)
                      .anyMatch(one -> one.rows().size() > 1);
              if (!several) {
                numbers(table, name, last.map(EvalRow::value));
              } else {
                numbers(table, name + ", first", both.map(one -> one.first().value()));
                numbers(table, name + ", best", both.map(one -> one.best().value()));
                numbers(table, name + ", last", last.map(EvalRow::value));
              }
              Both<Long> n = last.map(EvalRow::n);
              if (n.a().isPresent() && n.b().isPresent() && n.isDifferent()) {
                counts(table, "    not the same set: mean of", n);
              }
            });
    section(table);
  }

  private void data() {
    lines.add("");
    lines.add("data: " + compared.data().shown());
    TextTable table = new TextTable(true, "preparation", a(), b(), "difference");
    if (compared.data() != SameData.SAME && compared.data() != SameData.GREW) {
      prepared(table, "documents", PrepRow::documents);
      prepared(table, "refused", PrepRow::quarantined);
      prepared(table, "samples", PrepRow::samples);
      prepared(table, "packs to train on", PrepRow::trainPacks);
      prepared(table, "packs held out", PrepRow::evalPacks);
      prepared(table, "tokens", PrepRow::tokens);
      prepared(table, "trained tokens", PrepRow::trainedTokens);
    }
    section(table);
    TextTable settings = new TextTable(false, "preparation", a(), b());
    compared.preparation().forEach((key, values) -> row(settings, key, values));
    section(settings);
  }

  private void prepared(TextTable table, String name, Function<PrepRow, Long> what) {
    counts(table, name, compared.runs().flatMap(RunStory::prep).map(what));
  }

  private void section(TextTable table) {
    if (!table.isEmpty()) {
      lines.add("");
      lines.addAll(table.lines());
    }
  }

  private static void numbers(TextTable table, String name, Both<Double> values) {
    if (!values.isEmpty()) {
      Both<String> shown = values.map(Html::number);
      String difference =
          values.a().isPresent() && values.b().isPresent()
              ? signed(values.b().get() - values.a().get())
              : "";
      table.add(name, shown.a().orElse(NONE), shown.b().orElse(NONE), difference);
    }
  }

  private static void counts(TextTable table, String name, Both<Long> values) {
    if (!values.isEmpty()) {
      Both<String> shown = values.map(Html::count);
      long difference = values.b().orElse(0L) - values.a().orElse(0L);
      table.add(
          name,
          shown.a().orElse(NONE),
          shown.b().orElse(NONE),
          values.a().isPresent() && values.b().isPresent()
              ? (difference > 0 ? "+" : "") + Html.count(difference)
              : "");
    }
  }

  private static String signed(double difference) {
    return (difference > 0 ? "+" : "") + Html.number(difference);
  }
}
