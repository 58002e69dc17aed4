package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;

import dev.hone.formats.tables.ForgottenRow;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.tables.Warehouse;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What {@code hone forget} took out and a source may still hold: table {@code forgotten}.
 *
 * <p>A record is known again by its content, wherever it turns up, or by its place: the same record
 * of the same file, table or query in the same state, whatever the settings it is read by.
 */
public final class Forgotten {
  private final Warehouse warehouse;

  public Forgotten(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Whether nothing was ever forgotten; asks the log, and no row. */
  boolean isEmpty() {
    return warehouse.version(ForgottenRow.class) == 0;
  }

  /**
   * Rows with one more column, {@code forgotten}.
   *
   * @param rows columns source, source_version, ordinal, content_hash and, for those of which that
   *     is null, raw
   */
  public Dataset<Row> marked(Dataset<Row> rows) {
    Dataset<Row> all = warehouse.read(ForgottenRow.class);
    Dataset<Row> contents =
        all.where("content_hash IS NOT NULL").select(col("content_hash").as("f_hash")).distinct();
    Dataset<Row> places =
        all.where("source IS NOT NULL")
            .select(
                col("source").as("f_source"),
                readState(col("source_version")).as("f_state"),
                col("ordinal").as("f_ordinal"))
            .distinct();
    return rows.join(contents, contentHash().equalTo(col("f_hash")), "left")
        .join(
            places,
            col("source")
                .equalTo(col("f_source"))
                .and(col("ordinal").equalTo(col("f_ordinal")))
                .and(readState(col("source_version")).equalTo(col("f_state"))),
            "left")
        .withColumn("forgotten", col("f_hash").isNotNull().or(col("f_source").isNotNull()))
        .drop("f_hash", "f_source", "f_state", "f_ordinal");
  }

  /**
   * What a record is known again by: column content_hash, or the SHA-256 of what was read. What
   * could not be read at all has none.
   */
  public static Column contentHash() {
    return expr("coalesce(content_hash, CASE WHEN raw <> '' THEN sha2(raw, 256) END)");
  }

  /** The sources of a dataset whose every document was forgotten: there is nothing else to read. */
  Set<Version> emptied(String dataset) {
    return warehouse
        .read(ForgottenRow.class)
        .where(col("dataset").equalTo(dataset).and(col("emptied")))
        .select("source", "source_version")
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> new Version(row.getString(0), row.getString(1)))
        .collect(Collectors.toSet());
  }

  /** A source's version without the settings it was read by, which are its last part. */
  private static Column readState(Column sourceVersion) {
    return regexp_replace(sourceVersion, lit(",[0-9a-f]{8}$"), lit(""));
  }
}
