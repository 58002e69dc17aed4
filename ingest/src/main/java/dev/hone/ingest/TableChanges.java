package dev.hone.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * What the change data feed of a table says of some of its versions.
 *
 * <p>Worked example: version 5 inserts the row 1, 6 updates it and inserts 2, and 7 deletes 2. Of
 * these three versions the row 1 arrives, as it is since 6; the keys 1 and 2 were changed.
 *
 * @param feed columns json, row_key, change and version
 * @param since the last version before them
 */
record TableChanges(Dataset<Row> feed, long since) {
  private static final String CHANGE = "_change_type";
  private static final String VERSION = "_commit_version";
  private static final String TIME = "_commit_timestamp";

  /** The changes after one version, up to another. */
  static TableChanges of(DeltaSource table, long since, long to) {
    return new TableChanges(
        KeyedRows.of(table.dataset(), table.changes(since, to), CHANGE, VERSION, TIME)
            .withColumnRenamed(CHANGE, "change")
            .withColumnRenamed(VERSION, "version")
            .drop(TIME),
        since);
  }

  private static Column arrives() {
    return col("change").isin("insert", "update_postimage");
  }

  /** The keys of all rows that changed: column row_key. */
  Dataset<Row> keys() {
    return feed.where("row_key IS NOT NULL").select("row_key").distinct();
  }

  /**
   * The rows that are new or other than before, as the last of these versions has them: columns
   * json, row_key, version and ordinal. The ordinal counts what its version brought, by key, so it
   * does not depend on which other versions are looked at.
   */
  Dataset<Row> arrivals() {
    Dataset<Row> last =
        feed.where("row_key IS NOT NULL")
            .groupBy(col("row_key").as("last_key"))
            .agg(max("version").as("last_version"));
    return feed.where(arrives())
        .withColumn(
            "ordinal",
            row_number()
                .over(Window.partitionBy("version").orderBy("row_key", "json"))
                .cast("bigint")
                .minus(1))
        .join(last, col("row_key").equalTo(col("last_key")), "left")
        .where("row_key IS NULL OR version = last_version")
        .select("json", "row_key", "version", "ordinal");
  }

  /**
   * Keys that more than one row of the table has.
   *
   * @param there rows of documents and of quarantine, columns row_key and version
   */
  List<String> ambiguous(Dataset<Row> there) {
    Dataset<Row> before =
        there
            .where(col("version").leq(since))
            .groupBy(col("row_key").as("before_key"))
            .agg(count(lit(1)).as("before"));
    return feed
        .where("row_key IS NOT NULL")
        .groupBy("row_key")
        .agg(sum(when(arrives(), 1).otherwise(-1)).as("more"))
        .join(before, col("row_key").equalTo(col("before_key")), "left")
        .where(col("more").plus(coalesce(col("before"), lit(0L))).gt(1))
        .select("row_key")
        .limit(1)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
