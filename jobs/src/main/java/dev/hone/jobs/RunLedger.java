package dev.hone.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.RankRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.RankMachine;
import dev.hone.training.distributed.RunObserver;
import dev.hone.training.distributed.RunResult;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * The row of a run in {@code runs}: written when it starts, and again when it ends. The
 * configuration in it keeps its references to the environment unresolved.
 */
final class RunLedger {
  private static final String RUNNING = "running";
  private static final String FINISHED = "finished";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Warehouse warehouse;
  private final RunRow started;

  private volatile List<RankMachine> machines = List.of();

  private RunLedger(Warehouse warehouse, RunRow started) {
    this.warehouse = warehouse;
    this.started = started;
  }

  /** The configured name, or a new one of time (UTC) and configuration hash. */
  static String runId(HoneConfig config, Instant now) {
    return config
        .output()
        .runId()
        .orElseGet(() -> STAMP.format(now) + "-" + config.source().hash().substring(0, 6));
  }

  /** What the tables know of a run of some name. */
  enum Earlier {
    /** Nothing. */
    NONE,
    /** It failed, or was cut off, or is running. */
    UNFINISHED,
    /** The same, and would have come to what this one will. */
    RESUMABLE,
    /** It was finished with this very configuration and preparation. */
    FINISHED
  }

  /**
   * Looks for an earlier run of the name, so that a scheduler may call a finished one again without
   * harm.
   *
   * @throws HoneException if a finished run of this name was another one
   */
  static Earlier earlier(Warehouse warehouse, HoneConfig config, String runId, PrepRow prep) {
    if (config.output().runId().isEmpty()) {
      return Earlier.NONE; // a name that was made just now
    }
    List<Row> rows =
        warehouse
            .read(RunRow.class)
            .where(col("run_id").equalTo(runId))
            .select("state", "config_hash", "prep_id", "started_at", "config")
            .collectAsList();
    if (rows.isEmpty()) {
      return Earlier.NONE;
    }
    Row row = rows.get(0);
    boolean sameData =
        prep.prepId().equals(row.getString(2))
            && !prep.createdAt().isAfter(row.getTimestamp(3).toInstant());
    if (!row.getString(0).equals(FINISHED)) {
      boolean same = sameData && SameSteps.of(row.getString(4), config.source().json());
      return same ? Earlier.RESUMABLE : Earlier.UNFINISHED;
    }
    if (!row.getString(1).equals(config.source().hash()) || !sameData) {
      throw new HoneException(
          "run_id '%s' is a finished run with another configuration or other data; choose another run_id"
              .formatted(runId));
    }
    return Earlier.FINISHED;
  }

  /**
   * Takes away what an unfinished attempt of the same name left behind.
   *
   * @param from steps after which it will be done again; 0: from the beginning
   */
  static void clear(Warehouse warehouse, String runId, long from) {
    Column mine = col("run_id").equalTo(runId);
    Column again = from > 0 ? mine.and(col("step").gt(from)) : mine;
    for (Class<? extends Record> type :
        List.of(
            MetricRow.class,
            RankRow.class,
            EvalRow.class,
            EvalPackRow.class,
            EvalRewardRow.class,
            GenerationRow.class,
            CheckpointRow.class)) {
      warehouse.deltaTable(type).delete(again);
    }
  }

  /** Begins a run. */
  static RunLedger start(Warehouse warehouse, HoneConfig config, String runId, String prepId) {
    ObjectNode tags = JsonNodeFactory.instance.objectNode();
    config.output().tags().forEach(tags::put);
    RunRow row =
        new RunRow(
            runId,
            Optional.of(prepId),
            RUNNING,
            Optional.empty(),
            config.source().json(),
            config.source().hash(),
            Version.current(),
            tableVersions(warehouse),
            Environment.json(warehouse.spark(), config.source().overrides()),
            config.training().seed(),
            System.getProperty("user.name", "unknown"),
            tags.toString(),
            Optional.empty(),
            now(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    warehouse.upsert(RunRow.class, List.of(row), "run_id");
    return new RunLedger(warehouse, row);
  }

  /** Where the ranks are, which the end records. */
  RunObserver ranks() {
    return new RunObserver() {
      @Override
      public void onRanks(List<RankMachine> found) {
        machines = found;
      }
    };
  }

  /** Records that it ended well, and what it came to. */
  void finished(RunResult result) {
    end(FINISHED, Optional.empty(), result.optimizerStateBytes());
  }

  /** Records why it failed; what goes wrong here must not hide the reason. */
  void failed(Throwable reason) {
    String message =
        reason instanceof HoneException ? reason.getMessage() : Failures.firstLine(reason);
    try {
      end("failed", Optional.of(message), Optional.empty());
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  /** Only what the end decides: what hone forget noted of the run meanwhile stays. */
  private void end(String state, Optional<String> message, Optional<Long> optimizerStateBytes) {
    Map<String, Column> columns =
        Map.of(
            "state", lit(state),
            "message", lit(message.orElse(null)).cast("string"),
            "optimizer_state_bytes", lit(optimizerStateBytes.orElse(null)).cast("bigint"),
            "finished_at", lit(now()),
            "ranks", lit(machines.isEmpty() ? null : Environment.json(machines)).cast("string"));
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(RunRow.class)
                .update(col("run_id").equalTo(started.runId()), columns));
  }

  private static String tableVersions(Warehouse warehouse) {
    ObjectNode versions = JsonNodeFactory.instance.objectNode();
    versions.put("documents", warehouse.version(DocumentRow.class));
    versions.put("packs", warehouse.version(PackRow.class));
    return versions.toString();
  }

  /** Delta keeps microseconds. */
  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
