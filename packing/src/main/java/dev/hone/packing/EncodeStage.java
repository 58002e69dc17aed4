package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
 * Tokenizes documents in Spark tasks, one tokenizer for each task. Every document comes out as its
 * samples, a row for each {@code piece} from 0, or as one refusal (then {@code reason} is set), so
 * that both are made in one pass. What is counted by document, {@code dropped_tokens} and the like,
 * is on the row of piece 0 and 0 on the others.
 */
final class EncodeStage {

  static final StructType ENCODED =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("piece", DataTypes.IntegerType, false)
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
          .add("untrained_ends", DataTypes.IntegerType, false)
          .add("applied", DataTypes.StringType, true)
          .add("dropped_tokens", DataTypes.IntegerType, false)
          .add("dropped_pieces", DataTypes.IntegerType, false)
          .add("dropped_turns", DataTypes.IntegerType, false)
          .add("unpredicted_tokens", DataTypes.IntegerType, false)
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
    return StreamSupport.stream(((Iterable<Row>) () -> rows).spliterator(), false)
        .flatMap(document -> encode(document, maker))
        .iterator();
  }

  private static Stream<Row> encode(Row document, SampleMaker maker) {
    String recordId = document.getString(0);
    SampleMaker.Outcome outcome =
        maker.make(document.getString(1), document.getString(7), document.getString(8));
    String keptAs = document.getString(9);
    if (!keptAs.equals(recordId)) {
      outcome =
          new SampleMaker.Refused(
              outcome.tokens(),
              "duplicate",
              "the record repeats %s; dataset_exact_deduplication keeps the first"
                  .formatted(keptAs));
    }
    if (outcome instanceof SampleMaker.Made made) {
      Fitted fitted = made.fitted();
      return IntStream.range(0, fitted.samples().size())
          .mapToObj(piece -> sample(document, made, piece));
    }
    return Stream.of(refused(document, (SampleMaker.Refused) outcome));
  }

  private static Row sample(Row document, SampleMaker.Made made, int piece) {
    Sample sample = made.fitted().samples().get(piece);
    Fitted.Loss loss = piece == 0 ? made.fitted().loss() : Fitted.Loss.NONE;
    return row(
        document,
        piece,
        made.tokens(),
        sample.ids(),
        sample.weights(),
        sample.ids().length,
        sample.trainedTokens(),
        sample.untrainedEnds(),
        made.fitted().applied().map(ExcessLength::key).orElse(null),
        loss.tokens(),
        loss.pieces(),
        loss.turns(),
        loss.targets(),
        null,
        null,
        null);
  }

  private static Row refused(Row document, SampleMaker.Refused refused) {
    return row(
        document,
        0,
        refused.tokens(),
        null,
        null,
        0,
        0,
        0,
        null,
        refused.tokens(),
        0,
        0,
        0,
        refused.reason(),
        refused.message(),
        document.getString(8));
  }

  /**
   * A row of {@link #ENCODED}.
   *
   * @param values those after content_hash, in order
   */
  private static Row row(Row document, int piece, Object... values) {
    List<Object> row = new ArrayList<>();
    row.add(document.getString(0));
    row.add(piece);
    for (int i = 1; i <= 6; i++) {
      row.add(document.get(i));
    }
    Collections.addAll(row, values);
    return RowFactory.create(row.toArray());
  }
}
