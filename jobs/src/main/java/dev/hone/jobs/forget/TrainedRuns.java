package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The runs that trained on forgotten records. Where the version of {@code packs} that a run read
 * can still be read, it is looked at, and records of the same content under an older name count
 * too. Where it was vacuumed, a run counts if its preparation has the record and the record was
 * ingested before the run began.
 *
 * @param records columns record_id and content_hash
 */
record TrainedRuns(Warehouse warehouse, Dataset<Row> records) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a run read. */
  private record Read(String prepId, long packs, long documents) {}

  /** Finds them, in the order in which they were started. */
  List<ForgetReport.Run> find() {
    Map<String, Long> likely = likely();
    Map<Read, Optional<Long>> seen = new HashMap<>();
    List<ForgetReport.Run> runs = new ArrayList<>();
    Map<String, List<String>> checkpoints = checkpoints();
    for (Row row :
        warehouse
            .read(RunRow.class)
            .where("prep_id IS NOT NULL")
            .join(trained(), new String[] {"run_id"}, "left_semi")
            .orderBy("started_at")
            .select("run_id", "state", "prep_id", "table_versions")
            .collectAsList()) {
      Optional<Long> exact =
          read(row.getString(2), row.getString(3))
              .flatMap(read -> seen.computeIfAbsent(read, this::inPacks));
      long rows = exact.orElse(likely.getOrDefault(row.getString(0), 0L));
      if (rows > 0) {
        runs.add(
            new ForgetReport.Run(
                row.getString(0),
                row.getString(1),
                rows,
                checkpoints.getOrDefault(row.getString(0), List.of())));
      }
    }
    return runs;
  }

  /**
   * Notes it in {@code runs} and {@code checkpoints}, once for each time.
   *
   * @param now when the records were forgotten; a row that has this time already stays
   */
  void mark(List<ForgetReport.Run> runs, Instant now) {
    if (runs.isEmpty()) {
      return;
    }
    Dataset<Row> marks =
        warehouse
            .spark()
            .createDataFrame(
                runs.stream().map(run -> RowFactory.create(run.runId(), run.rows())).toList(),
                StructType.fromDDL("run_id STRING NOT NULL, n BIGINT NOT NULL"));
    Column earlier = col("old.forgotten_at").isNull().or(col("old.forgotten_at").lt(lit(now)));
    Map<String, Column> columns =
        Map.of(
            "forgotten_rows",
            coalesce(col("old.forgotten_rows"), lit(0L)).plus(col("new.n")),
            "forgotten_at",
            lit(now));
    for (Class<? extends Record> table : List.of(RunRow.class, CheckpointRow.class)) {
      Commits.retrying(
          () ->
              warehouse
                  .deltaTable(table)
                  .as("old")
                  .merge(marks.as("new"), "old.run_id = new.run_id")
                  .whenMatched(earlier)
                  .update(columns)
                  .execute());
    }
  }

  /** Runs that took a step; a run that only evaluated has trained on nothing. */
  private Dataset<Row> trained() {
    return warehouse
        .read(CheckpointRow.class)
        .select("run_id")
        .union(warehouse.read(MetricRow.class).where("name = 'loss'").select("run_id"))
        .union(warehouse.read(RunRow.class).where("state = 'running'").select("run_id"))
        .distinct();
  }

  private Map<String, Long> likely() {
    Dataset<Row> documents = warehouse.read(DocumentRow.class).select("record_id", "ingested_at");
    Map<String, Long> likely = new HashMap<>();
    warehouse
        .read(SampleRow.class)
        .where("split = 'train'")
        .join(records.select("record_id"), new String[] {"record_id"}, "left_semi")
        .select("prep_id", "record_id")
        .distinct()
        .join(documents, new String[] {"record_id"}, "left")
        .join(warehouse.read(RunRow.class), "prep_id")
        .where("ingested_at IS NULL OR ingested_at <= started_at")
        .groupBy("run_id")
        .agg(count_distinct(col("record_id")))
        .collectAsList()
        .forEach(row -> likely.put(row.getString(0), row.getLong(1)));
    return likely;
  }

  private Optional<Long> inPacks(Read read) {
    Dataset<Row> ids = records.select("record_id");
    Dataset<Row> named = olderNames(read.documents()).map(ids::union).orElse(ids).distinct();
    return readable(
        () ->
            warehouse
                .read(PackRow.class, read.packs())
                .where(col("prep_id").equalTo(read.prepId()).and(col("split").equalTo("train")))
                .select(explode(col("record_ids")).as("record_id"))
                .distinct()
                .join(named, new String[] {"record_id"}, "left_semi")
                .count());
  }

  /** What records of the same content were called when the run read them. */
  private Optional<Dataset<Row>> olderNames(long version) {
    return readable(
        () -> {
          Dataset<Row> names =
              warehouse
                  .read(DocumentRow.class, version)
                  .join(records.select("content_hash"), new String[] {"content_hash"}, "left_semi")
                  .select("record_id");
          return warehouse.spark().createDataFrame(names.collectAsList(), names.schema());
        });
  }

  /** Empty if a version is gone; Delta and Spark say so in many ways. */
  private static <T> Optional<T> readable(Supplier<T> query) {
    try {
      return Optional.of(query.get());
    } catch (Exception e) { // which Scala throws without saying so
      return Optional.empty();
    }
  }

  private Map<String, List<String>> checkpoints() {
    Map<String, List<String>> paths = new HashMap<>();
    warehouse
        .read(CheckpointRow.class)
        .orderBy("step")
        .select("run_id", "path")
        .collectAsList()
        .forEach(
            row ->
                paths
                    .computeIfAbsent(row.getString(0), run -> new ArrayList<>())
                    .add(row.getString(1)));
    return paths;
  }

  private static Optional<Read> read(String prepId, String tableVersions) {
    try {
      JsonNode versions = JSON.readTree(tableVersions);
      return versions.has("packs") && versions.has("documents")
          ? Optional.of(
              new Read(
                  prepId, versions.path("packs").asLong(), versions.path("documents").asLong()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("runs.table_versions is no JSON: " + tableVersions, e);
    }
  }
}
