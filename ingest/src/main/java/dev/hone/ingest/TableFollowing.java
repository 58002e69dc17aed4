package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.Ingestion.Read;
import dev.hone.ingest.read.Found;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Takes in a Delta table that is followed: once all of it, then what its change data feed says. A
 * row that was updated or deleted takes its document with it.
 *
 * <p>How far it has come is asked of the tables: the documents say which version each is of, and
 * the last commit to which version it came ({@link ChangeCommit}). Both may lag behind, and neither
 * runs ahead, so no moment to die at loses or doubles a row. Where the documents of the dataset
 * were not read from this table in this way, all of them are replaced.
 */
final class TableFollowing {
  private final FoundDataset work;
  private final Warehouse warehouse;
  private final Progress.Listener watcher;
  private final DeltaSource table;
  private final DatasetState state;
  private final String suffix;

  private TableFollowing(
      FoundDataset work, DeltaSource table, Warehouse warehouse, Progress.Listener watcher) {
    this.work = work;
    this.warehouse = warehouse;
    this.watcher = watcher;
    this.table = table;
    this.state = new DatasetState(warehouse, work.dataset().name());
    this.suffix = "," + table.requireFollowable() + "," + work.dataset().rules();
  }

  /**
   * Looks whether the table can be followed; reads no row.
   *
   * @throws HoneException if it is no Delta table, or has no change data feed
   */
  static TableFollowing find(FoundDataset work, Warehouse warehouse, Progress.Listener watcher) {
    String identifier = ((SourcePath.Table) work.path()).identifier();
    return new TableFollowing(
        work,
        new FrameRecords(work.spark()).followed(work.dataset(), identifier),
        warehouse,
        watcher);
  }

  /**
   * Brings the documents of the dataset to the newest version.
   *
   * @throws HoneException if its changes can no longer be read, or two rows have one key
   */
  IngestReport.Dataset run() {
    OptionalLong known = known();
    long newest = table.newest();
    if (known.isEmpty()) {
      return report(1, whole(newest));
    }
    long since = known.getAsLong();
    if (since > newest) {
      throw table.problem(
          "is at version %d, but was read up to version %d before: it was made anew or put back, so give the entry a new name, which reads it from the beginning"
              .formatted(newest, since));
    }
    return since == newest ? report(0, Read.NOTHING) : report(1, changed(since, newest));
  }

  /** The version that the documents are of, or an older one; empty if all is to be read. */
  private OptionalLong known() {
    Column followed =
        col("row_key")
            .isNotNull()
            .and(col("source").equalTo(table.identifier()))
            .and(col("source_version").endsWith(lit(suffix)));
    Row documents =
        state
            .documents()
            .agg(count(lit(1)), count_if(followed), max(DatasetState.versionNumber()))
            .head();
    long all = documents.getLong(0);
    return all == 0 || documents.getLong(1) < all
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(
                documents.getLong(2),
                warehouse.lastNumber(DocumentRow.class, commitName()).orElse(0)));
  }

  private String commitName() {
    return "hone follow " + state.dataset() + suffix;
  }

  private Read whole(long version) {
    Dataset<Row> rows = KeyedRows.of(work.dataset(), table.at(version));
    requireKey(
        version,
        rows
            .where("row_key IS NOT NULL")
            .groupBy("row_key")
            .agg(count(lit(1)).as("rows"))
            .where("rows > 1")
            .limit(1)
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList());
    boolean clean = state.quarantine().isEmpty();
    Ingestion ingestion = ingestion();
    Read read =
        table.clearly(
            "cannot be read at version %d: %s; run it again",
            version,
            () ->
                ingestion.commit(
                    () -> outcomes(rows.sort("row_key", "json"), version),
                    outcomes -> new DatasetCommit(state, Set.of(), clean, now())));
    ingestion.requireAll(read.records(), state.present(Set.of(inVersion(version))).rows());
    return read;
  }

  private JavaRDD<Row> outcomes(Dataset<Row> rows, long version) {
    SourceFile source = source(version);
    Outcomes outcomes = work.outcomes();
    return rows.javaRDD()
        .zipWithIndex()
        .map(
            numbered -> {
              Row row = numbered._1();
              return outcomes.ofFollowed(source, item(numbered._2(), row), row.getString(1));
            });
  }

  private Read changed(long since, long newest) {
    TableChanges changes = TableChanges.of(table, since, newest);
    changes.feed().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return table.clearly(
          DeltaSource.LOST, since, () -> changed(changes, changes.arrivals(), newest));
    } finally {
      changes.feed().unpersist();
    }
  }

  private Read changed(TableChanges changes, Dataset<Row> arrivals, long newest) {
    requireKey(newest, changes.ambiguous(keys()));
    Ingestion ingestion = ingestion();
    Read read =
        ingestion.commit(
            () -> outcomes(arrivals),
            outcomes ->
                new ChangeCommit(
                    state, commitName(), changes.keys(), changes.since(), newest, now()));
    // If another driver has come further meanwhile, its rows are there, and it has counted them.
    if (known().equals(OptionalLong.of(newest))) {
      Set<Version> versions =
          arrivals.select("version").distinct().collectAsList().stream()
              .map(row -> inVersion(row.getLong(0)))
              .collect(Collectors.toSet());
      ingestion.requireAll(read.records(), state.present(versions).rows());
    }
    return read;
  }

  private JavaRDD<Row> outcomes(Dataset<Row> arrivals) {
    String name = table.identifier();
    String rest = suffix;
    Outcomes outcomes = work.outcomes();
    return arrivals
        .javaRDD()
        .map(
            row ->
                outcomes.ofFollowed(
                    FrameRecords.source(name, row.getLong(2) + rest),
                    item(row.getLong(3), row),
                    row.getString(1)));
  }

  private static Found.Item item(long ordinal, Row row) {
    return new Found.Item(ordinal, null, FrameRecords.parsed(row.getString(0)));
  }

  /** Keys of all rows that there are, with the version that each is of. */
  private Dataset<Row> keys() {
    Column version = DatasetState.versionNumber().as("version");
    return state
        .documents()
        .select(col("row_key"), version)
        .union(state.quarantine().where("row_key IS NOT NULL").select(col("row_key"), version));
  }

  private void requireKey(long version, List<String> ambiguous) {
    if (!ambiguous.isEmpty()) {
      throw table.problem(
          "has more than one row with row_key %s at version %d; name columns in row_key that tell every row from all others"
              .formatted(ambiguous.get(0), version));
    }
  }

  private SourceFile source(long version) {
    return FrameRecords.source(table.identifier(), version + suffix);
  }

  private Version inVersion(long version) {
    return source(version).inVersion();
  }

  private Ingestion ingestion() {
    return new Ingestion(work, new Forgotten(warehouse), watcher);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }

  private IngestReport.Dataset report(long sourcesRead, Read read) {
    DatasetState.Counts counts = state.counts();
    return new IngestReport.Dataset(
        work.dataset().name(),
        work.dataset().path(),
        1,
        sourcesRead,
        read.records(),
        counts.accepted(),
        counts.duplicates(),
        counts.refusedByReason(),
        read.repairs(),
        List.of(),
        read.text(),
        read.forgotten());
  }
}
