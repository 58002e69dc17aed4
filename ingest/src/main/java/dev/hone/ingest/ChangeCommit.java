package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Commits;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Brings the two tables from one version of a followed table to a later one: rows whose source row
 * changed are deleted in the commit that adds the new ones, and no other row is touched.
 *
 * <p>The state that it comes to depends on the later version alone. So doing it again changes
 * nothing, and it may begin at any version that is no newer than what the tables hold. Each commit
 * carries the version under the name of the dataset, and Delta makes none of an older version after
 * it: of two drivers the one that saw less is passed over.
 *
 * <p>{@code duplicate_of} names the document that came first, by version and ordinal.
 *
 * @param state the dataset
 * @param name of the commits
 * @param keys the keys of the rows that changed: column row_key
 * @param since the version to begin at
 * @param to the version to come to
 * @param now column {@code ingested_at} of new rows
 */
record ChangeCommit(
    DatasetState state, String name, Dataset<Row> keys, long since, long to, Instant now)
    implements TableCommit {
  @Override
  public void quarantine(Dataset<Row> outcomes, long refused) {
    Dataset<Row> fresh = state.quarantineRows(outcomes, now);
    if (refused == 0 && gone(state.quarantine(), fresh).isEmpty()) {
      return;
    }
    Column sameRow =
        col("old.record_id").equalTo(col("new.record_id")).and(DatasetState.isOfIngest("old."));
    Commits.retrying(
        () -> {
          Dataset<Row> rows =
              fresh
                  .withColumn("gone", lit(false))
                  .unionByName(gone(state.quarantine(), fresh).withColumn("gone", lit(true)));
          state
              .warehouse()
              .deltaTable(QuarantineRow.class, name, to)
              .as("old")
              .merge(rows.as("new"), sameRow)
              .whenMatched("new.gone")
              .delete()
              .whenNotMatched("NOT new.gone")
              .insertExpr(columns(QuarantineRow.class))
              .execute();
        });
  }

  @Override
  public void documents(Dataset<Row> outcomes, long accepted) {
    Dataset<Row> fresh = state.documentRows(outcomes, now);
    Commits.retrying(
        () ->
            state
                .warehouse()
                .deltaTable(DocumentRow.class, name, to)
                .as("old")
                .merge(
                    documentChanges(fresh).as("new"),
                    col("old.record_id").equalTo(col("new.record_id")))
                .whenMatched("new.gone")
                .delete()
                .whenMatched("NOT (old.duplicate_of <=> new.duplicate_of)")
                .updateExpr(Map.of("duplicate_of", "new.duplicate_of"))
                // Without a text it is one that was there, and was deleted meanwhile.
                .whenNotMatched("NOT new.gone AND new.record IS NOT NULL")
                .insertExpr(columns(DocumentRow.class))
                .execute());
  }

  private Map<String, String> columns(Class<? extends Record> table) {
    return Arrays.stream(state.warehouse().schema(table).struct().fieldNames())
        .collect(Collectors.toMap(column -> column, column -> "new." + column));
  }

  /** The rows of a table that its source no longer has, or has otherwise. */
  private Dataset<Row> gone(Dataset<Row> rows, Dataset<Row> fresh) {
    Dataset<Row> changed =
        rows.join(
            keys.select(col("row_key").as("changed_key")),
            col("row_key").equalTo(col("changed_key")),
            "left_semi");
    // Without a key: what an attempt that was cut off has left, if anything.
    Dataset<Row> left =
        rows.where(col("row_key").isNull().and(DatasetState.versionNumber().gt(since)));
    return changed
        .unionByName(left)
        .join(fresh.select("record_id"), new String[] {"record_id"}, "left_anti");
  }

  /** New documents, those that go, and those that others repeat, or that repeat others. */
  private Dataset<Row> documentChanges(Dataset<Row> fresh) {
    Dataset<Row> there = state.documents().withColumn("record", lit(null).cast("string"));
    Dataset<Row> gone = gone(there, fresh);
    Dataset<Row> contents =
        fresh.select("content_hash").union(gone.select("content_hash")).distinct();
    Dataset<Row> staying =
        there
            .join(contents, new String[] {"content_hash"}, "left_semi")
            .join(gone.select("record_id"), new String[] {"record_id"}, "left_anti")
            .join(fresh.select("record_id"), new String[] {"record_id"}, "left_anti");
    return withDuplicates(fresh.unionByName(staying))
        .withColumn("gone", lit(false))
        .unionByName(gone.withColumn("gone", lit(true)));
  }

  private static Dataset<Row> withDuplicates(Dataset<Row> documents) {
    Dataset<Row> firsts =
        documents
            .select(
                col("record_id"),
                col("content_hash"),
                col("ordinal"),
                DatasetState.versionNumber().as("version"))
            .withColumn(
                "duplicate_of",
                first("record_id")
                    .over(Window.partitionBy("content_hash").orderBy("version", "ordinal")))
            .where("record_id <> duplicate_of")
            .select("record_id", "duplicate_of");
    return documents.drop("duplicate_of").join(firsts, new String[] {"record_id"}, "left");
  }
}
