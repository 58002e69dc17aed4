package dev.hone.ingest.tables;

import dev.hone.formats.HoneException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import scala.Option;

/**
 * Files that no version within the retention needs, deleted: Delta's VACUUM. Versions older than
 * that can no longer be read; the newest one is never touched.
 *
 * @param files how many were deleted, or would be in a dry run
 * @param bytes of those files
 */
public record Vacuum(TableSchema schema, long files, long bytes) {

  /**
   * What to delete.
   *
   * @param retainHours files that became unneeded within so many hours stay
   * @param force allow fewer hours than the table keeps deleted files for
   * @param dryRun only say what would be deleted
   */
  public record Request(long retainHours, boolean force, boolean dryRun) {}

  /**
   * Vacuums a table. One with nothing to delete gets no commit.
   *
   * @throws HoneException if it is not there, or keeps deleted files for longer than is asked for
   */
  public static Vacuum of(Warehouse warehouse, Class<? extends Record> type, Request request) {
    TableSchema schema = warehouse.schema(type);
    Path folder = TableState.folder(warehouse, type);
    if (!request.force()) {
      requireRetention(warehouse.spark(), schema, folder, request.retainHours());
    }
    SparkSession own = session(warehouse.spark());
    String command =
        "VACUUM %s RETAIN %d HOURS".formatted(warehouse.identifier(type), request.retainHours());
    List<Path> unneeded =
        own.sql(command + " DRY RUN").collectAsList().stream()
            .map(row -> new Path(row.getString(0)))
            .toList();
    if (unneeded.isEmpty()) {
      return new Vacuum(schema, 0, 0);
    }
    Map<Path, Long> before = StoredFiles.below(own, folder);
    if (request.dryRun()) {
      return counted(schema, before, unneeded, Map.of());
    }
    own.sql(command);
    return counted(schema, before, unneeded, StoredFiles.below(own, folder));
  }

  /** A session of its own, since all that can be told to Delta here are settings. */
  private static SparkSession session(SparkSession spark) {
    SparkSession own = spark.newSession();
    // Checked above, in one line.
    own.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
    // Delta lists folders in as many tasks as this says: 10,000 unless it is set, which takes
    // minutes where one folder is listed.
    String parallelism = "spark.sql.sources.parallelPartitionDiscovery.parallelism";
    own.conf().set(parallelism, String.valueOf(spark.sparkContext().defaultParallelism()));
    own.conf().set("spark.databricks.delta.vacuum.parallelDelete.enabled", "true");
    return own;
  }

  /** Empty folders are among what is deleted, and are not counted. */
  private static Vacuum counted(
      TableSchema schema, Map<Path, Long> before, List<Path> unneeded, Map<Path, Long> after) {
    List<Long> sizes =
        unneeded.stream()
            .filter(path -> before.containsKey(path) && !after.containsKey(path))
            .map(before::get)
            .toList();
    return new Vacuum(schema, sizes.size(), sizes.stream().mapToLong(Long::longValue).sum());
  }

  private static void requireRetention(
      SparkSession spark, TableSchema schema, Path folder, long hours) {
    long keeps =
        DeltaLog.tombstoneRetentionMillis(
            DeltaLog.forTable(spark, folder)
                .update(false, Option.empty(), Option.empty())
                .metadata());
    if (hours * 3_600_000 < keeps) {
      throw new HoneException(
          "table %s keeps deleted files for %d hours (delta.deletedFileRetentionDuration), and %d would be retained: a run or query that began before may still read them; retain more, or --force if nobody reads or writes the warehouse"
              .formatted(schema.name(), (keeps + 3_599_999) / 3_600_000, hours));
    }
  }
}
