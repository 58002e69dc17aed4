package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tables.SignatureRow;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two finished runs, {@code old} and {@code new}, and one that is going on and has logged nothing.
 */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewsTest {
  private static final Instant START = Instant.parse("2026-01-02T03:00:00Z");

  private final SparkSession spark = TestSpark.session();

  @BeforeAll
  void fill(@TempDir Path folder) {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    // As an older hone left it, which did not know one of the tables.
    warehouse.create(
        Warehouse.TABLES.stream().filter(table -> table != SignatureRow.class).toList());
    warehouse.registerViews();
    warehouse.append(
        RunRow.class,
        List.of(
            run("old", "finished", Optional.of(START.plusSeconds(60))),
            run("new", "finished", Optional.of(START.plusSeconds(90))),
            run("now", "running", Optional.empty())));
    List<MetricRow> metrics = new ArrayList<>();
    metrics.addAll(step("new", 1, 10, 3.0, 100));
    metrics.addAll(step("new", 2, 20, 9.0, 200));
    // A segment that was repeated: the later number counts.
    metrics.addAll(step("new", 2, 25, 1.0, 200));
    metrics.addAll(step("new", 3, 30, 2.0, 300));
    warehouse.append(MetricRow.class, metrics);
    warehouse.append(
        EvalRow.class,
        List.of(
            eval(0, "a", "eval_loss", 4, 10),
            eval(0, "b", "eval_loss", 1, 30),
            eval(3, "a", "eval_loss", 2, 10),
            eval(3, "b", "eval_loss", 1, 30),
            eval(3, "a", "exact_match", 0.5, 4)));
    warehouse.append(
        CheckpointRow.class,
        List.of(
            checkpoint("old", 9, "/old/9"),
            checkpoint("new", 2, "/new/2"),
            checkpoint("new", 3, "/new/3"),
            checkpoint("now", 5, "/now/5")));
  }

  @Test
  void lossCurveHasARowAStep() {
    List<Row> curve =
        spark
            .sql(
                "SELECT step, epoch, loss, eval_loss, learning_rate, grad_norm, num_tokens"
                    + " FROM loss_curve WHERE run_id = 'new' ORDER BY step")
            .collectAsList();
    assertEquals(
        List.of(
            // The mean over both sets, weighted by their tokens: (4 x 10 + 1 x 30) / 40.
            Arrays.asList(0L, null, null, 1.75, null, null, null),
            Arrays.asList(1L, 0.1, 3.0, null, 0.01, 0.5, 100.0),
            Arrays.asList(2L, 0.2, 1.0, null, 0.01, 0.5, 200.0),
            Arrays.asList(3L, 0.3, 2.0, 1.25, 0.01, 0.5, 300.0)),
        curve.stream()
            .map(row -> java.util.stream.IntStream.range(0, row.size()).mapToObj(row::get).toList())
            .toList());
  }

  @Test
  void runSummaryHasARowARun() {
    Row row = spark.sql("SELECT * FROM run_summary WHERE run_id = 'new'").head();
    assertEquals("finished", row.getAs("state"));
    assertEquals(3L, row.<Long>getAs("steps"));
    assertEquals(3.0, row.<Double>getAs("first_loss"));
    assertEquals(2.0, row.<Double>getAs("last_loss"));
    assertEquals(1.0, row.<Double>getAs("min_loss"));
    assertEquals(1.75, row.<Double>getAs("first_eval_loss"));
    assertEquals(1.25, row.<Double>getAs("last_eval_loss"));
    assertEquals(
        Map.of("a/eval_loss", 2.0, "a/exact_match", 0.5, "b/eval_loss", 1.0),
        row.getJavaMap(row.fieldIndex("last_evals")));
    assertEquals(300L, row.<Long>getAs("tokens"));
    assertEquals(90.0, row.<Double>getAs("duration_seconds"));
    assertEquals(77L, row.<Long>getAs("optimizer_state_bytes"));
    assertEquals(3, spark.table("run_summary").count());
    Row now = spark.sql("SELECT * FROM run_summary WHERE run_id = 'now'").head();
    assertTrue(now.isNullAt(now.fieldIndex("last_loss")));
  }

  @Test
  void latestModelIsTheLastCheckpointOfTheRunThatFinishedLast() {
    List<Row> rows = spark.sql("SELECT path, step FROM latest_model").collectAsList();
    assertEquals(1, rows.size());
    assertEquals("/new/3", rows.get(0).getString(0));
  }

  private static RunRow run(String id, String state, Optional<Instant> end) {
    return new RunRow(
        id,
        Optional.empty(),
        state,
        Optional.empty(),
        "{}",
        "h",
        "0.1",
        "{}",
        "{}",
        42,
        "me",
        "{}",
        Optional.of(77L),
        START,
        end,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static List<MetricRow> step(
      String run, long step, int second, double loss, double tokens) {
    Instant at = START.plusSeconds(second);
    double epoch = step / 10.0;
    return List.of(
        new MetricRow(run, step, epoch, at, "loss", loss),
        new MetricRow(run, step, epoch, at, "learning_rate", 0.01),
        new MetricRow(run, step, epoch, at, "grad_norm", 0.5),
        new MetricRow(run, step, epoch, at, "num_tokens", tokens));
  }

  private static EvalRow eval(long step, String dataset, String name, double value, long n) {
    return new EvalRow("new", step, dataset, name, value, n, START.plusSeconds(step));
  }

  private static CheckpointRow checkpoint(String run, long step, String path) {
    return new CheckpointRow(
        run,
        step,
        path,
        "hf",
        1,
        "h",
        false,
        START.plusSeconds(step),
        Optional.empty(),
        Optional.empty());
  }
}
