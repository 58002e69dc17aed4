package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.DatasetState.Present;
import dev.hone.ingest.DatasetState.Version;
import dev.hone.ingest.tables.Commits;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Appends the records of new sources to the two tables and touches no row that is there.
 *
 * <p>All rows that a source has in a table come there in one commit. So a source that has any is
 * left out, and doing it all once more adds nothing: after a commit of which the writer never
 * heard, and when a checkpoint was lost. Of two drivers at once Delta lets one through, because
 * both commits are named after the dataset; the other one then looks again.
 *
 * <p>{@code duplicate_of} of a new row names the document of the dataset that came first: one that
 * is there, or else the first of the new ones by source and ordinal.
 *
 * @param state the dataset
 * @param sources the new sources
 * @param present those of them that were there already
 * @param now column {@code ingested_at} of new rows
 */
record Additions(DatasetState state, Set<Version> sources, Present present, Instant now)
    implements TableCommit {

  @Override
  public void quarantine(Dataset<Row> outcomes, long refused) {
    if (refused > 0) {
      append(QuarantineRow.class, state.quarantineRows(outcomes, now), Present::quarantine);
    }
  }

  @Override
  public void documents(Dataset<Row> outcomes, long accepted) {
    if (accepted > 0) {
      Dataset<Row> rows = state.documentRows(outcomes, now);
      append(DocumentRow.class, rows, Present::documents);
    }
  }

  /**
   * Whether rows that are there would be said to repeat a new one if all were ordered by source and
   * ordinal; then only {@link DatasetCommit} keeps that order.
   */
  boolean comeBeforeTheirEquals(Dataset<Row> outcomes) {
    Column place = struct("source", "ordinal");
    Dataset<Row> fresh =
        outcomes.where("reason IS NULL").groupBy("content_hash").agg(min(place).as("fresh_place"));
    return !state
        .documents()
        .where("duplicate_of IS NULL")
        .select(col("content_hash"), place.as("place"))
        .join(fresh, "content_hash")
        .where("fresh_place < place")
        .isEmpty();
  }

  private void append(
      Class<? extends Record> table, Dataset<Row> rows, Function<Present, DatasetState.Part> part) {
    AtomicReference<Present> known = new AtomicReference<>(present);
    Commits.retrying(
        () -> {
          DatasetState.Part there =
              part.apply(
                  Optional.ofNullable(known.getAndSet(null))
                      .orElseGet(() -> state.present(sources)));
          Dataset<Row> missing = DatasetState.without(there.versions(), rows);
          state
              .warehouse()
              .appendAfter(
                  table,
                  there.tableVersion(),
                  "hone ingest " + state.dataset(),
                  table == DocumentRow.class ? withDuplicates(missing) : missing);
        });
  }

  private Dataset<Row> withDuplicates(Dataset<Row> fresh) {
    Dataset<Row> identities = fresh.select("record_id", "content_hash", "source", "ordinal");
    Dataset<Row> there =
        state
            .documents()
            .where("duplicate_of IS NULL")
            .join(identities.select("content_hash"), new String[] {"content_hash"}, "left_semi")
            .select("record_id", "content_hash", "source", "ordinal");
    WindowSpec equal = Window.partitionBy("content_hash").orderBy("is_new", "source", "ordinal");
    Dataset<Row> duplicates =
        identities
            .withColumn("is_new", lit(true))
            .union(there.withColumn("is_new", lit(false)))
            .withColumn("duplicate_of", first("record_id").over(equal))
            .where("is_new AND record_id <> duplicate_of")
            .select("record_id", "duplicate_of");
    return fresh.drop("duplicate_of").join(duplicates, new String[] {"record_id"}, "left");
  }
}
