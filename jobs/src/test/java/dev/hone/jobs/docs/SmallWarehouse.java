package dev.hone.jobs.docs;

import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Two runs of three steps, with evaluations, answers and refused records. */
public final class SmallWarehouse {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private SmallWarehouse() {}

  /**
   * Run {@code first} went from loss 3 to 1 and from 0 to 1 right answer of two; {@code second}
   * failed.
   */
  public static Warehouse create(SparkSession spark, String path) {
    Warehouse warehouse = Warehouse.open(spark, path);
    warehouse.create();
    warehouse.append(
        RunRow.class, List.of(run("first", "finished", 0), run("second", "failed", 60)));
    List<MetricRow> metrics = new ArrayList<>();
    for (String run : List.of("first", "second")) {
      for (int step = 1; step <= 3; step++) {
        metrics.add(metric(run, step, "loss", 4 - step));
        metrics.add(metric(run, step, "learning_rate", 1e-3));
        metrics.add(metric(run, step, "grad_norm", 0.5));
        metrics.add(metric(run, step, "num_tokens", 100 * step));
      }
    }
    warehouse.append(MetricRow.class, metrics);
    warehouse.append(
        EvalRow.class,
        List.of(
            eval(0, "heldout", "exact_match", 0.0, 2),
            share(3, "heldout", "exact_match", 0.5, 2),
            eval(0, "patterns", "exact_match", 0.0, 1),
            eval(3, "patterns", "exact_match", 0.0, 1),
            eval(0, "plain_text", "perplexity", 40, 600),
            eval(3, "plain_text", "perplexity", 41.5, 600)));
    warehouse.append(
        GenerationRow.class,
        List.of(
            answer(0, "heldout", 0, "a lake", "SELECT 1", false),
            answer(3, "heldout", 0, "SELECT 1", "SELECT 1", true),
            answer(0, "heldout", 1, "a river", "SELECT 2", false),
            answer(3, "heldout", 1, "SELECT 3", "SELECT 2", false),
            answer(0, "patterns", 0, "a\nhill", "SELECT 4", false),
            answer(3, "patterns", 0, "SELECT 5", "SELECT 4", false)));
    warehouse.append(
        QuarantineRow.class,
        List.of(refused(0, "corrupt_json"), refused(1, "corrupt_json"), refused(2, "too_long")));
    warehouse.registerViews();
    return warehouse;
  }

  private static RunRow run(String id, String state, int seconds) {
    Instant started = START.plusSeconds(seconds);
    return new RunRow(
        id,
        Optional.empty(),
        state,
        Optional.empty(),
        "{}",
        "hash",
        "0",
        "{}",
        "{}",
        7,
        "ada",
        "{}",
        Optional.of(1_048_576L),
        started,
        Optional.of(started.plusSeconds(30)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static MetricRow metric(String run, int step, String name, double value) {
    return new MetricRow(run, step, step / 3.0, START.plusSeconds(step), name, value);
  }

  private static EvalRow eval(int step, String dataset, String name, double value, long n) {
    return new EvalRow("first", step, dataset, name, value, n, START.plusSeconds(step));
  }

  private static EvalRow share(int step, String dataset, String name, double value, long n) {
    return new EvalRow(
        "first",
        step,
        dataset,
        name,
        value,
        n,
        START.plusSeconds(step),
        Optional.of(0.095),
        Optional.of(0.905));
  }

  private static GenerationRow answer(
      int step, String dataset, long ordinal, String completion, String reference, boolean right) {
    return new GenerationRow(
        "first",
        step,
        dataset,
        ordinal,
        "<|im_start|>user\nquestion %d<|im_end|>\n<|im_start|>assistant\n".formatted(ordinal),
        completion,
        reference,
        right,
        START.plusSeconds(step));
  }

  private static QuarantineRow refused(long ordinal, String reason) {
    return new QuarantineRow(
        "r" + ordinal,
        "chats",
        "chats.jsonl",
        "1",
        ordinal,
        "ingest",
        Optional.empty(),
        reason,
        "line " + ordinal + " is refused",
        "{",
        START,
        Optional.of(ordinal + 1),
        Optional.empty());
  }
}
