package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Commits;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Takes documents that are gone out of a finished preparation: the packs that held one are made
 * again from what is left in them, as where a record is forgotten ({@link PackForgetting}). No
 * other pack changes, and nothing is tokenized.
 *
 * <p>A cut in the middle leaves tables that do not hold what the preparation's row says, so the
 * next one makes it anew.
 */
record Retirement(PrepTables tables, PrepSpec spec) {
  /** Of more documents than one in so many a preparation is made anew, since packs get emptier. */
  private static final long ONE_IN = 10;

  /**
   * Takes out what is gone.
   *
   * @param finished the preparation
   * @param documents of its datasets, as they are now
   * @return its row afterwards; empty, with nothing done, if it must be made anew: nothing is gone,
   *     or too much; a document that was refused as a duplicate may be wanted now; {@code
   *     num_samples}, a mix or the order of the files may choose others; or an attempt to add
   *     something was cut off
   */
  Optional<PrepRow> of(PrepRow finished, Dataset<Row> documents) {
    if (spec.fileOrder()
        || spec.samplesDatasets()
        || spec.dedup()
        || spec.quality().near().isPresent()
        || finished.heldOutBelow().isEmpty()
        || !tables.complete(finished)) {
      return Optional.empty();
    }
    int most = Math.toIntExact(finished.documents() / ONE_IN);
    // As a list: what is computed from packs is computed anew once packs have changed.
    List<String> ids = gone(documents).as(Encoders.STRING()).takeAsList(most + 1);
    if (ids.isEmpty() || ids.size() > most) {
      return Optional.empty();
    }
    Dataset<Row> gone =
        tables.warehouse().spark().createDataset(ids, Encoders.STRING()).toDF("record_id");
    new PackForgetting(tables.warehouse(), gone, Optional.of(tables.prepId()))
        .steps()
        .forEach(Runnable::run);
    deleteRefused(gone);
    return tables.finished();
  }

  private Dataset<Row> gone(Dataset<Row> documents) {
    return tables
        .read(PackRow.class)
        .select(explode(col("record_ids")).as("record_id"))
        .union(tables.read(QuarantineRow.class).select("record_id"))
        .distinct()
        .join(documents.select("record_id"), new String[] {"record_id"}, "left_anti");
  }

  private void deleteRefused(Dataset<Row> gone) {
    Column refused =
        col("old.record_id")
            .equalTo(col("gone.record_id"))
            .and(col("old.prep_id").equalTo(tables.prepId()));
    Commits.retrying(
        () ->
            tables
                .warehouse()
                .deltaTable(QuarantineRow.class)
                .as("old")
                .merge(gone.as("gone"), refused)
                .whenMatched()
                .delete()
                .execute());
  }

  /** Notes that the packs hold just these documents. */
  PrepRow settle(PrepRow repaired, String content) {
    PrepRow settled =
        new PrepRow(
            repaired.prepId(),
            repaired.config(),
            Optional.of(content),
            repaired.heldOutBelow(),
            repaired.documents(),
            repaired.samples(),
            repaired.quarantined(),
            repaired.truncated(),
            repaired.trainPacks(),
            repaired.evalPacks(),
            repaired.tokens(),
            repaired.trainedTokens(),
            repaired.droppedTokens(),
            repaired.fill(),
            repaired.createdAt());
    tables.replace(PrepRow.class, tables.warehouse().toDataset(PrepRow.class, List.of(settled)));
    return settled;
  }
}
