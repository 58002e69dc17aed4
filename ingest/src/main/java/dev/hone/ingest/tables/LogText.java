package dev.hone.ingest.tables;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.delta.DeltaConfigs;
import org.apache.spark.sql.delta.DeltaLog;
import scala.Option;

/**
 * Delta writes the smallest and the largest value of a column of every file into the log, as far as
 * 32 characters, and the log outlives the file. New tables keep text out of it ({@link
 * TableSchema#statistics}); a table that an older hone made does not.
 */
public final class LogText {
  private LogText() {}

  /**
   * Keeps text out of the log of a table from now on.
   *
   * @return what a person should know of the log as it is; empty if there never was text in it
   */
  public static Optional<String> keepOut(Warehouse warehouse, Class<? extends Record> type) {
    TableSchema schema = warehouse.schema(type);
    Path folder = TableState.folder(warehouse, type);
    var metadata =
        DeltaLog.forTable(warehouse.spark(), folder)
            .update(false, Option.empty(), Option.empty())
            .metadata();
    if (schema.statistics().isEmpty()
        || metadata.configuration().contains(TableSchema.STATISTICS)) {
      return Optional.empty();
    }
    warehouse
        .spark()
        .sql(
            "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')"
                .formatted(
                    warehouse.identifier(type), TableSchema.STATISTICS, schema.statistics().get()));
    long days =
        DeltaConfigs.getMilliSeconds(DeltaConfigs.LOG_RETENTION().fromMetaData(metadata))
            / 86_400_000;
    return Optional.of(
        "table %s was made by an older hone, whose log may hold the first 32 characters of some texts; Delta deletes those entries after %d days (delta.logRetentionDuration)"
            .formatted(schema.name(), days));
  }
}
