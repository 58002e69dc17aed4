package dev.hone.jobs.report;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.ui.Curve;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A run in numbers, at one moment.
 *
 * @param prep what it trained on, if that is still there
 * @param lastLine when the last metric was measured
 * @param metrics values by name, each a point a step, in order
 * @param evals in order, none twice
 * @param checkpoints in order
 */
record RunStory(
    RunRow run,
    Optional<PrepRow> prep,
    double epochs,
    Optional<Instant> lastLine,
    Map<String, List<Curve.Point>> metrics,
    List<EvalRow> evals,
    List<CheckpointRow> checkpoints) {
  private static final int NAMES = 20;

  /**
   * Reads it.
   *
   * @throws HoneException if the warehouse has no run of that name, with those it has
   */
  static RunStory read(Warehouse warehouse, String runId) {
    StoredRows stored = new StoredRows(warehouse);
    RunRow run = find(warehouse, stored, runId);
    Column mine = col("run_id").equalTo(runId);
    return of(
        run,
        run.prepId()
            .flatMap(
                id -> stored.list(PrepRow.class, col("prep_id").equalTo(id)).stream().findFirst()),
        stored.stream(MetricRow.class, mine, "step", "timestamp"),
        stored.list(EvalRow.class, mine, "step", "dataset", "name", "timestamp"),
        stored.list(CheckpointRow.class, mine, "step", "created_at"));
  }

  private static RunRow find(Warehouse warehouse, StoredRows stored, String runId) {
    Dataset<Row> runs =
        stored
            .table(RunRow.class)
            .orElseThrow(
                () ->
                    new HoneException(
                        "warehouse '%s' has no table runs; start a run with hone run, or name another warehouse"
                            .formatted(warehouse.shown())));
    List<RunRow> found =
        Rows.of(RunRow.class).collect(runs.where(col("run_id").equalTo(runId)).limit(1));
    if (!found.isEmpty()) {
      return found.get(0);
    }
    List<String> known =
        runs.orderBy(col("started_at").desc()).select("run_id").collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
    throw new HoneException(unknown(runId, warehouse.shown(), known));
  }

  /**
   * What is said of a name that is no run's.
   *
   * @param known the newest first
   */
  static String unknown(String runId, String warehouse, List<String> known) {
    String place = "warehouse '%s' has no run '%s'".formatted(warehouse, runId);
    if (known.isEmpty()) {
      return place + ", and no other; start one with hone run, or name another warehouse";
    }
    String more = known.size() > NAMES ? " and %d older ones".formatted(known.size() - NAMES) : "";
    return "%s; it has %s%s"
        .formatted(place, String.join(", ", known.subList(0, Math.min(NAMES, known.size()))), more);
  }

  /**
   * Of rows.
   *
   * @param metrics by step and time: a step that was done again after a rank was lost is there
   *     twice, and the later number counts
   * @param evals likewise
   */
  static RunStory of(
      RunRow run,
      Optional<PrepRow> prep,
      Iterator<MetricRow> metrics,
      List<EvalRow> evals,
      List<CheckpointRow> checkpoints) {
    Map<String, List<Curve.Point>> curves = new LinkedHashMap<>();
    double epochs = 0;
    Optional<Instant> lastLine = Optional.empty();
    while (metrics.hasNext()) {
      MetricRow row = metrics.next();
      List<Curve.Point> curve = curves.computeIfAbsent(row.name(), name -> new ArrayList<>());
      if (!curve.isEmpty() && curve.get(curve.size() - 1).step() == row.step()) {
        curve.remove(curve.size() - 1);
      }
      curve.add(new Curve.Point(row.step(), row.value()));
      epochs = Math.max(epochs, row.epoch());
      if (lastLine.isEmpty() || row.timestamp().isAfter(lastLine.get())) {
        lastLine = Optional.of(row.timestamp());
      }
    }
    Map<List<Object>, EvalRow> measured = new LinkedHashMap<>();
    evals.forEach(row -> measured.put(List.of(row.step(), row.dataset(), row.name()), row));
    return new RunStory(
        run, prep, epochs, lastLine, curves, List.copyOf(measured.values()), checkpoints);
  }

  /** A curve by its name; empty if nothing was measured. */
  List<Curve.Point> curve(String name) {
    return metrics.getOrDefault(name, List.of());
  }

  /** The last value of a metric. */
  Optional<Curve.Point> last(String name) {
    List<Curve.Point> curve = curve(name);
    return curve.isEmpty() ? Optional.empty() : Optional.of(curve.get(curve.size() - 1));
  }

  /** Optimizer steps that the metrics know of. */
  long steps() {
    return metrics.values().stream()
        .mapToLong(curve -> curve.get(curve.size() - 1).step())
        .max()
        .orElse(0);
  }

  /** From its start to its end, or to the last line of one that has none. */
  Optional<Duration> took() {
    return run.finishedAt().or(() -> lastLine).map(end -> Duration.between(run.startedAt(), end));
  }
}
