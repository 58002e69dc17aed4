package dev.hone.jobs.cli;

import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.jobs.Hone;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.packing.PrepReport;
import dev.hone.training.distributed.RunResult;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a person reads after a stage. */
final class RunReport {
  private RunReport() {}

  static void prep(PrepReport report, PrintWriter out) {
    PrepRow prep = report.prep();
    out.println(
        String.format(
            Locale.ROOT,
            "prep %s%s: %,d documents, %,d samples, %,d packs to train on and %,d held out, %,d tokens of which %,d trained, fill %.1f %%",
            prep.prepId(),
            state(report),
            prep.documents(),
            prep.samples(),
            prep.trainPacks(),
            prep.evalPacks(),
            prep.tokens(),
            prep.trainedTokens(),
            100 * prep.fill()));
    report.mix().forEach(out::println);
    report.effects().forEach(out::println);
    report.removed().forEach(out::println);
    report.refusedOtherwise().forEach(refusals -> out.println("refused: " + refusals));
    report.notices().forEach(notice -> out.println("notice: " + notice));
    out.flush();
  }

  private static String state(PrepReport report) {
    if (report.reused()) {
      return " (finished before)";
    }
    return report.grown() ? " (%,d documents added)".formatted(report.encoded()) : "";
  }

  static void run(Hone.Outcome outcome, HoneConfig config, PrintWriter out) {
    if (outcome.result().isEmpty()) {
      out.println(
          "run %s was finished before with this configuration and data; nothing to do"
              .formatted(outcome.runId()));
      return;
    }
    beforeAndAfter(outcome.result().get(), out);
    outcome.result().get().last().ifPresent(last -> trained(outcome, last.step(), config, out));
    out.println("run: " + outcome.runId() + ", tables: " + config.output().warehouse());
    out.flush();
  }

  private static void trained(
      Hone.Outcome outcome, long steps, HoneConfig config, PrintWriter out) {
    String state =
        outcome
            .result()
            .flatMap(RunResult::optimizerStateBytes)
            .map(bytes -> String.format(Locale.ROOT, ", optimizer state %.1f MB", bytes / 1e6))
            .orElse("");
    out.println("model: " + config.output().outputDir() + ", after " + steps + " steps" + state);
  }

  /** Each measure at its first and its last step. */
  private static void beforeAndAfter(RunResult result, PrintWriter out) {
    Map<String, EvalRow> first = new LinkedHashMap<>();
    Map<String, EvalRow> last = new LinkedHashMap<>();
    for (EvalRow row : result.evals()) {
      String name = row.dataset() + "  " + row.name();
      first.putIfAbsent(name, row);
      last.put(name, row);
    }
    int width = first.keySet().stream().mapToInt(String::length).max().orElse(0);
    first.forEach(
        (name, row) ->
            out.println(
                last.get(name).step() == row.step()
                    ? String.format(Locale.ROOT, "%-" + width + "s  %s", name, value(row))
                    : String.format(
                        Locale.ROOT,
                        "%-" + width + "s  %s -> %s",
                        name,
                        value(row),
                        value(last.get(name)))));
  }

  /** The number, with its interval if it has one: {@code 0.9529 [0.8852, 0.9816]}. */
  static String value(EvalRow row) {
    return row.low().isPresent() && row.high().isPresent()
        ? String.format(
            Locale.ROOT, "%.4f [%.4f, %.4f]", row.value(), row.low().get(), row.high().get())
        : String.format(Locale.ROOT, "%.4f", row.value());
  }
}
