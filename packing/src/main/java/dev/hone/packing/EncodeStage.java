package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Tokenizes documents in Spark tasks, one tokenizer for each task. Every document comes out once,
 * as a sample or as a refusal (then {@code reason} is set), so that both are made in one pass.
 */
final class EncodeStage {

  static final StructType ENCODED =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("source", DataTypes.StringType, false)
          .add("source_version", DataTypes.StringType, false)
          .add("ordinal", DataTypes.LongType, false)
          .add("position", DataTypes.LongType, false)
          .add("content_hash", DataTypes.StringType, false)
          .add("tokens", DataTypes.IntegerType, false)
          .add("input_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), true)
          .add("loss_weights", DataTypes.createArrayType(DataTypes.FloatType, false), true)
          .add("length", DataTypes.IntegerType, false)
          .add("trained_tokens", DataTypes.IntegerType, false)
          .add("reason", DataTypes.StringType, true)
          .add("message", DataTypes.StringType, true)
          .add("raw", DataTypes.StringType, true);

  private EncodeStage() {}

  /**
   * Encodes documents.
   *
   * @param documents columns of {@code documents}, and position and kept_as of {@link
   *     DocumentSources#positioned}
   * @param partitions how many tasks share the work; the result does not depend on it
   * @return columns {@link #ENCODED}
   */
  static Dataset<Row> encode(
      Dataset<Row> documents,
      List<PrepDataset> datasets,
      LengthRules rules,
      Broadcast<ShippedTokenizer> tokenizer,
      int partitions) {
    MapPartitionsFunction<Row, Row> task =
        rows -> rows.hasNext() ? encode(rows, datasets, rules, tokenizer.value()) : rows;
    return documents
        .select(
            "record_id",
            "dataset",
            "source",
            "source_version",
            "ordinal",
            "position",
            "content_hash",
            "kind",
            "record",
            "kept_as")
        .repartition(partitions, col("record_id"))
        .mapPartitions(task, Encoders.row(ENCODED));
  }

  private static Iterator<Row> encode(
      Iterator<Row> rows, List<PrepDataset> datasets, LengthRules rules, ShippedTokenizer files) {
    Tokenizer tokenizer = files.open();
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> tokenizer.close());
    SampleMaker maker = new SampleMaker(tokenizer, datasets, rules);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return encode(rows.next(), maker);
      }
    };
  }

  private static Row encode(Row document, SampleMaker maker) {
    String recordId = document.getString(0);
    String record = document.getString(8);
    SampleMaker.Outcome outcome = maker.make(document.getString(1), document.getString(7), record);
    String keptAs = document.getString(9);
    if (!keptAs.equals(recordId)) {
      outcome =
          new SampleMaker.Refused(
              outcome.tokens(),
              "duplicate",
              "the record repeats %s; dataset_exact_deduplication keeps the first"
                  .formatted(keptAs));
    }
    Sample kept = outcome instanceof SampleMaker.Made made ? made.sample() : null;
    SampleMaker.Refused refused = outcome instanceof SampleMaker.Refused r ? r : null;
    return RowFactory.create(
        recordId,
        document.getString(1),
        document.getString(2),
        document.getString(3),
        document.getLong(4),
        document.getLong(5),
        document.getString(6),
        outcome.tokens(),
        kept == null ? null : kept.ids(),
        kept == null ? null : kept.weights(),
        kept == null ? 0 : kept.ids().length,
        kept == null ? 0 : kept.trainedTokens(),
        refused == null ? null : refused.reason(),
        refused == null ? null : refused.message(),
        refused == null ? null : record);
  }
}
