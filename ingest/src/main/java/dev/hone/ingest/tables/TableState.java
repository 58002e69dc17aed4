package dev.hone.ingest.tables;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.time.Instant;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import scala.Option;

/**
 * How large a table is and what was last done to it. All of it is read from the log and from a
 * listing of the folder; no row is read.
 *
 * <pre>{@code
 * TableState.of(warehouse, MetricRow.class)
 *   rows 3, files 2, bytes 3,034, storedBytes 9,870, version 2, lastOperation "WRITE"
 * }</pre>
 *
 * @param schema the table, with its columns and their comments
 * @param location its folder
 * @param rows empty if a file was written without statistics
 * @param files of the newest version
 * @param bytes of those files
 * @param storedBytes of everything in the folder: old versions and the log as well
 * @param version number of the newest commit
 * @param lastCommit when that was
 * @param lastOperation what it did, in Delta's words: WRITE, MERGE, OPTIMIZE, ...
 */
public record TableState(
    TableSchema schema,
    String location,
    OptionalLong rows,
    long files,
    long bytes,
    long storedBytes,
    long version,
    Instant lastCommit,
    String lastOperation) {

  /**
   * Looks at a table.
   *
   * @throws dev.hone.formats.HoneException if it is not there, or its folder cannot be listed
   */
  public static TableState of(Warehouse warehouse, Class<? extends Record> type) {
    SparkSession spark = warehouse.spark();
    Path folder = folder(warehouse, type);
    Row last =
        warehouse.deltaTable(type).history(1).select("version", "timestamp", "operation").head();
    Row active =
        DeltaLog.forTable(spark, folder)
            .update(false, Option.empty(), Option.empty())
            .allFiles()
            .withColumn("records", get_json_object(col("stats"), "$.numRecords").cast("long"))
            .agg(
                count(lit(1)),
                coalesce(sum(col("size")), lit(0L)),
                count(col("records")),
                coalesce(
                    sum(col("records").minus(coalesce(col("deletionVector.cardinality"), lit(0L)))),
                    lit(0L)))
            .head();
    boolean known = active.getLong(2) == active.getLong(0);
    return new TableState(
        warehouse.schema(type),
        folder.toString(),
        known ? OptionalLong.of(active.getLong(3)) : OptionalLong.empty(),
        active.getLong(0),
        active.getLong(1),
        StoredFiles.below(spark, folder).values().stream().mapToLong(Long::longValue).sum(),
        last.getLong(0),
        last.getTimestamp(1).toInstant(),
        last.getString(2));
  }

  /** Where the table lies, which for a table of a catalog only the catalog knows. */
  static Path folder(Warehouse warehouse, Class<? extends Record> type) {
    return new Path(warehouse.deltaTable(type).detail().select("location").head().getString(0));
  }
}
