package dev.hone.jobs.nightly;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.ModelRow;
import dev.hone.formats.tables.RunRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;

/**
 * The versions of one model, in {@code models}. Every change is one commit: a version is in use
 * from the moment that the one before is not.
 */
final class Models {
  static final String TRAINING = "training";
  static final String PROMOTED = "promoted";
  static final String RETIRED = "retired";
  static final String REJECTED = "rejected";
  static final String ROLLED_BACK = "rolled_back";
  static final String FAILED = "failed";

  private final Warehouse warehouse;
  private final String model;

  Models(Warehouse warehouse, String model) {
    this.warehouse = warehouse;
    this.model = model;
  }

  /** All versions of all models of a warehouse, the newest of each first. */
  static List<ModelRow> all(Warehouse warehouse) {
    Rows<ModelRow> rows = Rows.of(ModelRow.class);
    return warehouse
        .read(ModelRow.class)
        .orderBy(col("model"), col("version").desc())
        .collectAsList()
        .stream()
        .map(rows::fromRow)
        .toList();
  }

  /** All versions, the oldest first. */
  List<ModelRow> versions() {
    List<ModelRow> versions = new ArrayList<>();
    for (ModelRow row : all(warehouse)) {
      if (row.model().equals(model)) {
        versions.add(0, row);
      }
    }
    return versions;
  }

  /**
   * A version.
   *
   * @throws HoneException if there is none of that number, naming those there are
   */
  ModelRow version(long number) {
    List<ModelRow> versions = versions();
    return versions.stream()
        .filter(row -> row.version() == number)
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "model '%s' has no version %d; it has %s"
                        .formatted(
                            model,
                            number,
                            versions.isEmpty()
                                ? "none; hone nightly makes them"
                                : versions.stream()
                                    .map(row -> String.valueOf(row.version()))
                                    .collect(Collectors.joining(", ")))));
  }

  /** A version and those it goes back to, by their parents; itself first. */
  static List<ModelRow> line(List<ModelRow> versions, ModelRow of) {
    Map<Long, ModelRow> byNumber = new HashMap<>();
    versions.forEach(row -> byNumber.put(row.version(), row));
    List<ModelRow> line = new ArrayList<>();
    Optional<ModelRow> next = Optional.of(of);
    while (next.isPresent()) {
      line.add(next.get());
      next = next.get().parentVersion().map(byNumber::get);
    }
    return line;
  }

  /** Runs whose records hone forget took out since. */
  Set<String> forgottenRuns() {
    Set<String> runs = new HashSet<>();
    for (Row row :
        warehouse
            .read(RunRow.class)
            .where("forgotten_at IS NOT NULL")
            .select("run_id")
            .collectAsList()) {
      runs.add(row.getString(0));
    }
    return runs;
  }

  /** Writes down a version that is to be trained. */
  void begin(ModelRow row) {
    warehouse.upsert(ModelRow.class, List.of(row), "model", "version");
  }

  /** Counts another attempt at training a version. */
  void beginAgain(long version) {
    change(version(version), Map.of("attempts", col("attempts").plus(1)));
  }

  /** What was trained and how it was measured, before it is decided. */
  void measured(ModelRow row, String manifestSha256, String gates) {
    change(row, Map.of("manifest_sha256", lit(manifestSha256), "gates", lit(gates)));
  }

  /** Puts a version in a state that is not promoted. */
  void close(ModelRow row, String state, String reason) {
    change(row, Map.of("state", lit(state), "reason", lit(reason), "decided_at", lit(now())));
  }

  /**
   * Notes that the folder of a rejected version is to be deleted, unless somebody has put it in use
   * since.
   *
   * @return whether it may be
   */
  boolean giveUp(ModelRow row) {
    change(
        row, col("state").equalTo(REJECTED), Map.of("manifest_sha256", lit(null).cast("string")));
    return version(row.version()).state().equals(REJECTED);
  }

  /**
   * Puts a version in use, and the one that was out of use.
   *
   * @param before the state of that one from now on
   */
  void promote(ModelRow row, String reason, String before) {
    Column mine = col("version").equalTo(row.version());
    Column inUse = col("state").equalTo(PROMOTED);
    Map<String, Column> columns =
        Map.of(
            "state", when(mine, PROMOTED).otherwise(before),
            "reason",
                when(mine, reason).otherwise("version %d took its place".formatted(row.version())),
            "decided_at", lit(now()));
    Commits.retrying(
        () ->
            warehouse
                .deltaTable(ModelRow.class)
                .update(col("model").equalTo(model).and(mine.or(inUse)), columns));
  }

  private void change(ModelRow row, Map<String, Column> columns) {
    change(row, lit(true), columns);
  }

  private void change(ModelRow row, Column only, Map<String, Column> columns) {
    Column mine = col("model").equalTo(model).and(col("version").equalTo(row.version()));
    Commits.retrying(() -> warehouse.deltaTable(ModelRow.class).update(mine.and(only), columns));
  }

  /** Delta keeps microseconds. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
