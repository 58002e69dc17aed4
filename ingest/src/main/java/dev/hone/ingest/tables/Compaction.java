package dev.hone.ingest.tables;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Row;

/**
 * Small files of a table made into few: Delta's OPTIMIZE. Its rows, and what a reader of the change
 * feed or of a stream sees, stay the same; the old files stay for older versions until a {@link
 * Vacuum}.
 *
 * <pre>{@code
 * Compaction.of(warehouse, MetricRow.class)   // after 40 commits: filesBefore 40, filesAfter 1
 * Compaction.of(warehouse, MetricRow.class)   // again: filesBefore 1, filesAfter 1, no commit
 * }</pre>
 *
 * @param filesBefore files of the newest version before
 * @param filesAfter files of the newest version after
 * @param bytesBefore of the files that were rewritten; 0 if none was
 * @param bytesAfter of the files they were made into
 */
public record Compaction(
    TableSchema schema, long filesBefore, long filesAfter, long bytesBefore, long bytesAfter) {

  /** Whether anything was rewritten. */
  public boolean changed() {
    return bytesBefore > 0;
  }

  /**
   * Compacts a table, partition by partition; done again where another driver's commit was in the
   * way. A table with nothing to compact gets no commit.
   *
   * @throws dev.hone.formats.HoneException if it is not there
   */
  public static Compaction of(Warehouse warehouse, Class<? extends Record> type) {
    AtomicReference<Row> result = new AtomicReference<>();
    Commits.retrying(
        () ->
            result.set(
                warehouse
                    .deltaTable(type)
                    .optimize()
                    .executeCompaction()
                    .selectExpr(
                        "metrics.totalConsideredFiles",
                        "metrics.numFilesRemoved",
                        "metrics.numFilesAdded",
                        "coalesce(metrics.filesRemoved.totalSize, 0L)",
                        "coalesce(metrics.filesAdded.totalSize, 0L)")
                    .head()));
    Row row = result.get();
    long before = row.getLong(0);
    return new Compaction(
        warehouse.schema(type),
        before,
        before - row.getLong(1) + row.getLong(2),
        row.getLong(3),
        row.getLong(4));
  }
}
