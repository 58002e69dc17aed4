package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Progress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Reads records once and commits them.
 *
 * @param work the dataset they are of
 * @param forgotten what of it is left out
 * @param watcher is told how far the reading has come
 */
record Ingestion(FoundDataset work, Forgotten forgotten, Progress.Listener watcher) {
  private static final int REASON = Outcomes.SCHEMA.fieldIndex("reason");

  /**
   * What was read.
   *
   * @param records accepted and refused
   * @param forgotten those that were left out, because hone forget took them out before
   * @param repairs how often each repair was made
   * @param text statistics of the accepted records; empty if there are none
   */
  record Read(
      long records, long forgotten, Map<String, Long> repairs, Optional<TextStatistics> text) {
    static final Read NOTHING = new Read(0, 0, Map.of(), Optional.empty());
  }

  /**
   * Reads, and commits.
   *
   * @param rows of {@link Outcomes#SCHEMA}
   * @param how they get into the tables
   * @throws HoneException if a source cannot be read, or a table cannot be written
   */
  Read commit(Supplier<JavaRDD<Row>> rows, Function<Dataset<Row>, TableCommit> how) {
    try {
      return commit(rows.get(), how);
    } catch (HoneException e) {
      throw e;
    } catch (Exception e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be ingested: %s; nothing of it was added to documents"
              .formatted(work.dataset().name(), work.dataset().path(), Failures.firstLine(e)),
          e);
    }
  }

  private Read commit(JavaRDD<Row> read, Function<Dataset<Row>, TableCommit> how) {
    try (Progress progress =
        Progress.start(
            work.spark().sparkContext(),
            "read " + work.dataset().name(),
            read.getNumPartitions(),
            watcher)) {
      // Read once and kept, on disk where memory ends: the counts and the commits all need it.
      Dataset<Row> rows =
          work.spark().createDataFrame(counted(read, progress.counts()), Outcomes.SCHEMA);
      Dataset<Row> marked =
          (forgotten.isEmpty() ? rows.withColumn("forgotten", lit(false)) : forgotten.marked(rows))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Row count =
            marked
                .agg(
                    count_if(col("forgotten").unary_$bang()),
                    count_if(col("forgotten").unary_$bang().and(col("reason").isNotNull())),
                    count_if(col("repairs").notEqual("")),
                    count_if(col("forgotten")))
                .head();
        Dataset<Row> outcomes = marked.where("NOT forgotten").drop("forgotten");
        long records = count.getLong(0);
        long refused = count.getLong(1);
        Optional<TextStatistics> text =
            records > refused
                ? Optional.of(TextStatistics.of(outcomes.where("record IS NOT NULL")))
                : Optional.empty();
        TableCommit commit = how.apply(outcomes);
        commit.quarantine(outcomes, refused);
        commit.documents(outcomes, records - refused);
        return new Read(
            records, count.getLong(3), count.getLong(2) == 0 ? Map.of() : repairs(outcomes), text);
      } finally {
        marked.unpersist();
      }
    }
  }

  private static JavaRDD<Row> counted(JavaRDD<Row> rows, Progress.Counts counts) {
    return rows.mapPartitions(taken -> counts.counting(taken, row -> !row.isNullAt(REASON)));
  }

  /**
   * Records in = documents + quarantine.
   *
   * @throws IllegalStateException if a record is missing, or there twice
   */
  void requireAll(long read, long there) {
    if (there != read) {
      throw new IllegalStateException(
          "dataset %s: %d records were read, but %d of them are in documents and quarantine"
              .formatted(work.dataset().name(), read, there));
    }
  }

  private static Map<String, Long> repairs(Dataset<Row> outcomes) {
    return outcomes
        .where("repairs <> ''")
        .select(explode(split(col("repairs"), ",")).as("repair"))
        .groupBy("repair")
        .count()
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
  }
}
