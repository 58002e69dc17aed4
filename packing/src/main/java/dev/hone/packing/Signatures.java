package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.corpus.DocumentJson;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.SignatureRow;
import dev.hone.ingest.tables.Commits;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.packing.quality.DocumentText;
import dev.hone.packing.quality.NearRule;
import java.util.Iterator;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Table {@code signatures}: each document is hashed once for each setting. */
record Signatures(Warehouse warehouse, NearRule rule) {

  /**
   * The band hashes of documents. Those that were never hashed are, and added to the table.
   *
   * @param documents columns record_id, dataset, kind, record
   * @return columns record_id, bands; of other documents too
   */
  Dataset<Row> of(Dataset<Row> documents) {
    Commits.retrying(() -> add(documents));
    return stored(warehouse.read(SignatureRow.class)).select("record_id", "bands");
  }

  private void add(Dataset<Row> documents) {
    long version = warehouse.version(SignatureRow.class);
    Dataset<Row> stored = stored(warehouse.read(SignatureRow.class, version));
    Dataset<Row> missing =
        documents
            .select("record_id", "dataset", "kind", "record")
            .join(stored.select("record_id"), new String[] {"record_id"}, "left_anti");
    if (!missing.isEmpty()) {
      NearRule hashed = rule;
      MapPartitionsFunction<Row, Row> task = rows -> signatures(rows, hashed);
      // A second driver that hashes the same documents has to look again: each is there once.
      warehouse.appendAfter(
          SignatureRow.class,
          version,
          "signatures " + rule.name(),
          missing.mapPartitions(task, warehouse.schema(SignatureRow.class).encoder()));
    }
  }

  private Dataset<Row> stored(Dataset<Row> table) {
    return table.where(col("settings").equalTo(rule.name()));
  }

  private static Iterator<Row> signatures(Iterator<Row> documents, NearRule rule) {
    NearRule.Hasher hasher = rule.hasher();
    Rows<SignatureRow> rows = Rows.of(SignatureRow.class);
    return StreamSupport.stream(((Iterable<Row>) () -> documents).spliterator(), false)
        .map(row -> rows.toRow(signature(row, hasher, rule)))
        .iterator();
  }

  private static SignatureRow signature(Row row, NearRule.Hasher hasher, NearRule rule) {
    return new SignatureRow(
        rule.name(),
        row.getString(0),
        row.getString(1),
        DocumentText.of(DocumentJson.read(row.getString(3), row.getString(2)))
            .map(hasher::bands)
            .orElseGet(() -> new int[0]));
  }

  /** Deletes the signatures of documents that are no more: what is forgotten leaves no trace. */
  void forgetGone() {
    Commits.retrying(
        () -> {
          Dataset<Row> gone =
              warehouse
                  .read(SignatureRow.class)
                  .select("record_id")
                  .distinct()
                  .join(
                      warehouse.read(DocumentRow.class).select("record_id"),
                      new String[] {"record_id"},
                      "left_anti");
          if (!gone.isEmpty()) {
            warehouse
                .deltaTable(SignatureRow.class)
                .as("signature")
                .merge(gone.as("gone"), "signature.record_id = gone.record_id")
                .whenMatched()
                .delete()
                .execute();
          }
        });
  }
}
