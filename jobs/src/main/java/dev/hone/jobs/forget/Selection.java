package dev.hone.jobs.forget;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.ForgottenRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.Forgotten;
import dev.hone.ingest.tables.Warehouse;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The records that a request means: those it selects, every other one of the same content, and any
 * that were forgotten before and came back.
 */
record Selection(Warehouse warehouse, ForgetRequest request) {
  private static final String[] PLACE = {"dataset", "source", "source_version"};

  /**
   * Finds them.
   *
   * @return the columns of {@code forgotten} but for the two times
   * @throws HoneException if a condition is wrong, or a record named is in no table
   */
  Dataset<Row> rows() {
    Dataset<Row> named = named();
    Dataset<Row> candidates = candidates();
    Dataset<Row> contents =
        candidates
            .join(named, new String[] {"record_id"}, "left_semi")
            .where("content_hash IS NOT NULL")
            .select("content_hash")
            .distinct();
    Dataset<Row> known =
        candidates
            .join(named, new String[] {"record_id"}, "left_semi")
            .union(
                candidates
                    .join(contents, new String[] {"content_hash"}, "left_semi")
                    .select(
                        "record_id",
                        "dataset",
                        "source",
                        "source_version",
                        "ordinal",
                        "content_hash",
                        "document"));
    if (warehouse.existing().contains(ForgottenRow.class)) {
      known =
          known.union(
              new Forgotten(warehouse)
                  .marked(candidates.withColumn("raw", lit(null).cast("string")))
                  .where("forgotten")
                  .drop("forgotten", "raw"));
    }
    known = known.dropDuplicates("record_id");
    Dataset<Row> tokensAlone =
        named
            .join(candidates, new String[] {"record_id"}, "left_anti")
            .selectExpr(
                "record_id",
                "CAST(NULL AS STRING) AS dataset",
                "CAST(NULL AS STRING) AS source",
                "CAST(NULL AS STRING) AS source_version",
                "CAST(NULL AS BIGINT) AS ordinal",
                "CAST(NULL AS STRING) AS content_hash",
                "false AS document");
    return withEmptied(known).union(withEmptied(tokensAlone));
  }

  /** A source of which no document stays need not be read again. */
  private Dataset<Row> withEmptied(Dataset<Row> known) {
    Dataset<Row> staying =
        warehouse
            .read(DocumentRow.class)
            .join(known, new String[] {"record_id"}, "left_anti")
            .select(PLACE[0], PLACE[1], PLACE[2])
            .distinct()
            .withColumn("stays", lit(true));
    return known
        .join(staying, PLACE, "left")
        .select(
            col("record_id"),
            col("dataset"),
            col("source"),
            col("source_version"),
            col("ordinal"),
            col("content_hash"),
            col("document").and(col("stays").isNull()).as("emptied"));
  }

  /** Column record_id of what the request names itself. */
  private Dataset<Row> named() {
    Dataset<Row> named =
        warehouse.spark().createDataset(request.recordIds(), Encoders.STRING()).toDF("record_id");
    requireThere(named);
    for (String where : request.where()) {
      for (Optional<Dataset<Row>> rows : new Condition(where).in(warehouse, request.tables())) {
        if (rows.isPresent() && List.of(rows.get().columns()).contains("record_id")) {
          named = named.union(rows.get().select("record_id"));
        }
      }
    }
    return named.distinct();
  }

  private void requireThere(Dataset<Row> named) {
    Dataset<Row> missing = named;
    for (Class<? extends Record> table :
        List.of(DocumentRow.class, QuarantineRow.class, SampleRow.class)) {
      missing =
          missing.join(
              warehouse.read(table).select("record_id"), new String[] {"record_id"}, "left_anti");
    }
    if (!request.recordIds().isEmpty() && !missing.isEmpty()) {
      throw new HoneException(
          "--record-id %s is in none of documents, quarantine and samples; correct it, or leave it out if it was forgotten before"
              .formatted(missing.head().getString(0)));
    }
  }

  /** Every record of {@code documents}, and every one that ingest refused. */
  private Dataset<Row> candidates() {
    Dataset<Row> accepted =
        warehouse
            .read(DocumentRow.class)
            .select(
                col("record_id"),
                col("dataset"),
                col("source"),
                col("source_version"),
                col("ordinal"),
                col("content_hash"),
                lit(true).as("document"));
    Dataset<Row> refused =
        warehouse
            .read(QuarantineRow.class)
            .where("stage = 'ingest'")
            .withColumn("content_hash", lit(null).cast("string"))
            .select(
                col("record_id"),
                col("dataset"),
                col("source"),
                col("source_version"),
                col("ordinal"),
                Forgotten.contentHash().as("content_hash"),
                lit(false).as("document"));
    return accepted.unionByName(refused);
  }
}
