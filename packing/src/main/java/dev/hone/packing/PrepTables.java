package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows of one preparation in the tables of a warehouse. */
record PrepTables(Warehouse warehouse, String prepId) {

  /** The preparation, if it is complete. */
  Optional<PrepRow> finished() {
    return Rows.of(PrepRow.class).collect(read(PrepRow.class).limit(1)).stream().findFirst();
  }

  /** Its rows of a table. */
  Dataset<Row> read(Class<? extends Record> table) {
    return warehouse.read(table).where(col("prep_id").equalTo(prepId));
  }

  /** Puts rows in place of those that an earlier attempt left. */
  void replace(Class<? extends Record> table, Dataset<Row> rows) {
    warehouse.replace(table, Map.of("prep_id", prepId), rows);
  }

  /** The refused records of its datasets, of both stages, counted. */
  List<PrepReport.Refusals> refusals(PrepSpec spec) {
    Column atIngest =
        col("stage")
            .equalTo("ingest")
            .and(col("dataset").isin(spec.allDatasets().stream().map(PrepDataset::name).toArray()));
    return warehouse
        .read(QuarantineRow.class)
        .where(col("prep_id").equalTo(prepId).or(atIngest))
        .groupBy("stage", "dataset", "reason")
        .agg(count(lit(1)).as("records"))
        .orderBy(desc("records"), col("stage"), col("dataset"), col("reason"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new PrepReport.Refusals(
                    row.getString(0), row.getString(1), row.getString(2), row.getLong(3)))
        .toList();
  }

  /** What became of its datasets. */
  PrepCounts counts() {
    return PrepCounts.of(Rows.of(PrepCountRow.class).collect(read(PrepCountRow.class)));
  }

  /** The places of its samples that have trained turns without an end-of-turn token. */
  Dataset<Row> untrainedEnds() {
    return read(SampleRow.class)
        .where(col("untrained_ends").gt(0))
        .select("record_id")
        .join(
            warehouse.read(DocumentRow.class).select("record_id", "dataset", "source", "ordinal"),
            "record_id");
  }

  /** Adds rows to those that it has. */
  void append(Class<? extends Record> table, Dataset<Row> rows) {
    warehouse.append(table, rows);
  }

  /** Whether the tables hold just what its row says: no attempt to add to it was cut off. */
  boolean complete(PrepRow finished) {
    Packs packs = packs();
    Row samples = read(SampleRow.class).agg(count(lit(1)), sum("length")).head();
    PrepCounts counts = counts();
    return packs.samples() == finished.samples()
        && packs.tokens() == finished.tokens()
        && packs.train() == finished.trainPacks()
        && samples.getLong(0) == finished.samples()
        && counts.total(PrepCounts.DOCUMENTS) == finished.documents()
        && read(QuarantineRow.class).count() == counts.total(PrepCounts.REFUSED);
  }

  /** The first position behind those of its samples. */
  long nextPosition() {
    Row last = read(SampleRow.class).agg(max("position")).head();
    return last.isNullAt(0) ? 0 : last.getLong(0) + 1;
  }

  /**
   * The first free number of each split. It is not the number of packs, since {@code hone forget}
   * leaves gaps.
   */
  Map<String, Long> nextPackIds() {
    return read(PackRow.class).groupBy("split").agg(max("pack_id")).collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1) + 1));
  }

  /** What is in its packs. */
  Packs packs() {
    Row row =
        read(PackRow.class)
            .agg(
                sum(when(col("split").equalTo("train"), 1L).otherwise(0L)),
                sum(when(col("split").equalTo("eval"), 1L).otherwise(0L)),
                sum(expr("size(filter(pieces, piece -> piece = 0))")),
                sum(size(col("record_ids"))),
                sum("length"),
                sum("trained_tokens"))
            .head();
    return new Packs(
        row.getLong(0),
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5));
  }

  /**
   * Totals of the packs.
   *
   * @param train packs to train on
   * @param eval packs held out
   * @param documents that have samples in them
   */
  record Packs(
      long train, long eval, long documents, long samples, long tokens, long trainedTokens) {}
}
