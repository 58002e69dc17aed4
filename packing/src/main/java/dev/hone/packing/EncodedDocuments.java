package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import dev.hone.formats.HoneException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The encoded documents of one preparation, and the tables that are made from them.
 *
 * @param rows columns {@link EncodedRows#SCHEMA}, kept by Spark so that nothing is tokenized twice
 */
record EncodedDocuments(Dataset<Row> rows, String prepId, PrepSpec spec) {

  /**
   * What became of the documents; the first call tokenizes them.
   *
   * @throws HoneException that a task threw
   */
  Accounts accounts() {
    return plainly(() -> Accounts.of(rows, spec.allDatasets()));
  }

  /**
   * Does what may tokenize.
   *
   * @throws HoneException that a task threw
   */
  static <T> T plainly(Supplier<T> work) {
    try {
      return work.get();
    } catch (Exception e) {
      // Spark wraps what a task throws, and declares no checked exception.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof HoneException problem) {
          throw problem;
        }
      }
      throw e;
    }
  }

  /**
   * The strategy {@code error}.
   *
   * @throws HoneException naming the first document that is too long in each dataset that has it
   */
  void stopIfTooLong() {
    String[] strict =
        spec.allDatasets().stream()
            .filter(dataset -> dataset.excessLength() == ExcessLength.ERROR)
            .map(PrepDataset::name)
            .toArray(String[]::new);
    if (strict.length == 0) {
      return;
    }
    List<Row> first =
        rows.where(col("reason").equalTo("too_long").and(col("dataset").isin((Object[]) strict)))
            .groupBy("dataset")
            .agg(
                min(struct("position", "source", "ordinal", "tokens")).as("first"),
                count(lit(1)).as("documents"))
            .orderBy("first.position")
            .select("dataset", "first.source", "first.ordinal", "first.tokens", "documents")
            .collectAsList();
    if (!first.isEmpty()) {
      throw new HoneException(first.stream().map(this::tooLong).collect(Collectors.joining("\n")));
    }
  }

  private String tooLong(Row record) {
    return "%s, record %d (dataset %s): %d tokens are more than sequence_len %d, and excess_length_strategy is error; the dataset has %d such records, in table quarantine at prep_id %s; raise sequence_len, or set excess_length_strategy to drop, truncate, split or keep_last_turns"
        .formatted(
            record.getString(1),
            record.getLong(2),
            record.getString(0),
            record.getInt(3),
            spec.sequenceLen(),
            record.getLong(4),
            prepId);
  }

  /** The places of samples that have trained turns without an end-of-turn token. */
  Dataset<Row> untrainedEnds() {
    return rows.where(col("untrained_ends").gt(0)).select("dataset", "source", "ordinal");
  }

  /** Rows of {@code samples}. */
  Dataset<Row> samples() {
    return rows.where(col("reason").isNull())
        .select(
            lit(prepId).as("prep_id"),
            col("record_id"),
            col("piece"),
            col("dataset"),
            col("split"),
            col("position"),
            col("input_ids"),
            col("loss_weights"),
            col("length"),
            col("trained_tokens"),
            col("untrained_ends"),
            col("answer"),
            col("margin"));
  }

  /** Rows of {@code packs}. */
  Dataset<Row> packs(PackNumbers numbers) {
    return PackStage.packs(rows, numbers, new Packer(prepId, spec.packRules().capacity()));
  }

  /** Rows of {@code quarantine}. */
  Dataset<Row> refused() {
    return rows.where(col("reason").isNotNull())
        .select(
            col("record_id"),
            col("dataset"),
            col("source"),
            col("source_version"),
            col("ordinal"),
            lit("prep").as("stage"),
            lit(prepId).as("prep_id"),
            col("reason"),
            col("message"),
            col("raw"),
            current_timestamp().as("quarantined_at"),
            col("line"),
            lit(null).cast("string").as("row_key"));
  }
}
