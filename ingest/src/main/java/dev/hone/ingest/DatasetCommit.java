package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.tables.Commits;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Brings the two tables to what the sources of a dataset now hold.
 *
 * <p>Rows of sources that changed or are gone are deleted in the same commit that adds the new
 * ones, so a reader sees one state or the other, and the change feed carries deletes as deletes. A
 * dataset of which nothing stays is replaced as a whole; where something stays it takes a MERGE,
 * which leaves those rows alone but costs several times as much. A dataset that has only grown
 * needs neither, see {@link Additions}.
 *
 * @param state the dataset
 * @param kept sources that were not read again, whose rows stay
 * @param clean whether quarantine holds no row of the dataset
 * @param now column {@code ingested_at} of new rows
 */
record DatasetCommit(DatasetState state, Set<Version> kept, boolean clean, Instant now)
    implements TableCommit {

  @Override
  public void quarantine(Dataset<Row> outcomes, long refused) {
    if (clean && refused == 0) {
      return;
    }
    Dataset<Row> fresh = state.quarantineRows(outcomes, now);
    Commits.retrying(() -> writeQuarantine(fresh));
  }

  @Override
  public void documents(Dataset<Row> outcomes, long accepted) {
    Dataset<Row> fresh = state.documentRows(outcomes, now);
    Commits.retrying(() -> writeDocuments(fresh));
  }

  private void writeQuarantine(Dataset<Row> fresh) {
    if (kept.isEmpty()) {
      state
          .warehouse()
          .replace(
              QuarantineRow.class, Map.of("dataset", state.dataset(), "stage", "ingest"), fresh);
      return;
    }
    Dataset<Row> rows = fresh.unionByName(state.from(kept, state.quarantine()));
    state
        .warehouse()
        .deltaTable(QuarantineRow.class)
        .as("old")
        .merge(
            rows.as("new"),
            col("old.record_id").equalTo(col("new.record_id")).and(DatasetState.isOfIngest("old.")))
        .whenNotMatched()
        .insertAll()
        .whenNotMatchedBySource(state.isOfDataset("old.").and(DatasetState.isOfIngest("old.")))
        .delete()
        .execute();
  }

  private void writeDocuments(Dataset<Row> fresh) {
    if (kept.isEmpty()) {
      state
          .warehouse()
          .replace(DocumentRow.class, Map.of("dataset", state.dataset()), withDuplicates(fresh));
      return;
    }
    // Of what stays only the identity is needed; its text is in the table.
    Dataset<Row> staying =
        state.from(kept, state.documents()).withColumn("record", lit(null).cast("string"));
    state
        .warehouse()
        .deltaTable(DocumentRow.class)
        .as("old")
        .merge(
            withDuplicates(fresh.unionByName(staying)).as("new"),
            col("old.record_id").equalTo(col("new.record_id")))
        .whenMatched(
            col("old.duplicate_of")
                .eqNullSafe(col("new.duplicate_of"))
                .and(col("old.source").equalTo(col("new.source")))
                .unary_$bang())
        .updateExpr(Map.of("duplicate_of", "new.duplicate_of", "source", "new.source"))
        // A row that stays and yet is not there was deleted meanwhile; it has no text to insert.
        .whenNotMatched(col("new.record").isNotNull())
        .insertAll()
        .whenNotMatchedBySource(state.isOfDataset("old."))
        .delete()
        .execute();
  }

  /** All documents of the dataset, each with duplicate_of. */
  private static Dataset<Row> withDuplicates(Dataset<Row> documents) {
    return documents.drop("duplicate_of").join(duplicates(documents), "record_id", "left");
  }

  /** record_id and duplicate_of of every document that repeats an earlier one of the dataset. */
  private static Dataset<Row> duplicates(Dataset<Row> documents) {
    WindowSpec equal = Window.partitionBy("content_hash").orderBy("source", "ordinal");
    return documents
        .select("record_id", "content_hash", "source", "ordinal")
        .withColumn("duplicate_of", first("record_id").over(equal))
        .where("record_id <> duplicate_of")
        .select("record_id", "duplicate_of");
  }
}
