package dev.hone.packing;

import dev.hone.formats.tables.SampleRow;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.ingest.tables.RowEncoders;
import java.util.Optional;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What tokenizing makes of documents, row by row: every document is its samples, a row for each
 * {@code piece} from 0, or one refusal (then {@code reason} is set), so that both are made in one
 * pass. What is counted by document, {@code dropped_tokens} and the like, is on the row of piece 0
 * and 0 on the others. {@code window} and {@code window_pack} say which pack a sample goes to.
 */
final class EncodedRows {
  /** {@code window_pack} of what was refused. */
  static final int NO_PACK = -1;

  /** {@code applied} to a sample that {@link Wrapped} cut. */
  static final String WRAPPED = "wrapped";

  static final StructType SCHEMA =
      new StructType()
          .add("record_id", DataTypes.StringType, false)
          .add("piece", DataTypes.IntegerType, false)
          .add("dataset", DataTypes.StringType, false)
          .add("source", DataTypes.StringType, false)
          .add("source_version", DataTypes.StringType, false)
          .add("ordinal", DataTypes.LongType, false)
          .add("position", DataTypes.LongType, false)
          .add("split", DataTypes.StringType, false)
          .add("window", DataTypes.LongType, false)
          .add("window_pack", DataTypes.IntegerType, false)
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
          .add("raw", DataTypes.StringType, true)
          .add("line", DataTypes.LongType, true)
          .add("answer", DataTypes.StringType, true)
          .add("margin", DataTypes.DoubleType, true);

  private static final int PIECE = SCHEMA.fieldIndex("piece");
  private static final int POSITION = SCHEMA.fieldIndex("position");
  private static final int SPLIT = SCHEMA.fieldIndex("split");
  private static final int WINDOW = SCHEMA.fieldIndex("window");
  private static final int WINDOW_PACK = SCHEMA.fieldIndex("window_pack");
  private static final int INPUT_IDS = SCHEMA.fieldIndex("input_ids");
  private static final int LOSS_WEIGHTS = SCHEMA.fieldIndex("loss_weights");
  private static final int LENGTH = SCHEMA.fieldIndex("length");
  private static final int TRAINED_TOKENS = SCHEMA.fieldIndex("trained_tokens");
  private static final int UNTRAINED_ENDS = SCHEMA.fieldIndex("untrained_ends");
  private static final int APPLIED = SCHEMA.fieldIndex("applied");
  private static final int DROPPED_TOKENS = SCHEMA.fieldIndex("dropped_tokens");
  private static final int DROPPED_PIECES = SCHEMA.fieldIndex("dropped_pieces");
  private static final int DROPPED_TURNS = SCHEMA.fieldIndex("dropped_turns");
  private static final int UNPREDICTED_TOKENS = SCHEMA.fieldIndex("unpredicted_tokens");
  private static final int REASON = SCHEMA.fieldIndex("reason");
  private static final int ANSWER = SCHEMA.fieldIndex("answer");
  private static final int MARGIN = SCHEMA.fieldIndex("margin");

  private EncodedRows() {}

  static Encoder<Row> encoder() {
    return RowEncoders.of(SCHEMA);
  }

  /**
   * Where a document comes from and goes to.
   *
   * @param position its place in the order of the configuration
   * @param line null where its source has no lines
   */
  record Place(
      String recordId,
      String dataset,
      String source,
      String sourceVersion,
      long ordinal,
      long position,
      String split,
      Long line) {}

  /** A sample of a document, as yet in no pack. */
  static Row sample(Place place, SampleMaker.Made made, int piece) {
    Fitted fitted = made.fitted();
    Sample sample = fitted.samples().get(piece);
    Fitted.Loss loss = piece == 0 ? fitted.loss() : Fitted.Loss.NONE;
    return RowFactory.create(
        place.recordId(),
        piece,
        place.dataset(),
        place.source(),
        place.sourceVersion(),
        place.ordinal(),
        place.position(),
        place.split(),
        0L,
        NO_PACK,
        made.tokens(),
        sample.ids(),
        sample.weights(),
        sample.ids().length,
        sample.trainedTokens(),
        sample.untrainedEnds(),
        fitted.applied().map(ExcessLength::key).orElse(null),
        loss.tokens(),
        loss.pieces(),
        loss.turns(),
        loss.targets(),
        null,
        null,
        null,
        place.line(),
        fitted.answers().isEmpty() ? null : fitted.answers().get(piece),
        fitted.margin().isPresent() ? fitted.margin().getAsDouble() : null);
  }

  /** A document that was refused. */
  static Row refused(Place place, SampleMaker.Refused refused, String raw) {
    return RowFactory.create(
        place.recordId(),
        0,
        place.dataset(),
        place.source(),
        place.sourceVersion(),
        place.ordinal(),
        place.position(),
        place.split(),
        0L,
        NO_PACK,
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
        raw,
        place.line(),
        null,
        null);
  }

  /** The same row in a pack of a window. */
  static Row planned(Row row, long window, int windowPack) {
    Object[] values = values(row);
    values[WINDOW] = window;
    values[WINDOW_PACK] = windowPack;
    return RowFactory.create(values);
  }

  /**
   * A part of a sample that was cut, or all of it with another number.
   *
   * @param first whether no other part is before it: it takes over what the row has lost
   * @param loss what the cut left out, counted with this part
   */
  static Row piece(Row row, Sample part, int number, boolean first, Fitted.Loss loss) {
    Object[] values = values(row);
    values[PIECE] = number;
    if (part.ids().length < length(row)) {
      values[APPLIED] = row.isNullAt(APPLIED) ? WRAPPED : row.get(APPLIED);
    }
    values[INPUT_IDS] = part.ids();
    values[LOSS_WEIGHTS] = part.weights();
    values[LENGTH] = part.ids().length;
    values[TRAINED_TOKENS] = part.trainedTokens();
    values[UNTRAINED_ENDS] = part.untrainedEnds();
    values[DROPPED_TOKENS] = loss.tokens() + (first ? row.getInt(DROPPED_TOKENS) : 0);
    values[DROPPED_PIECES] = loss.pieces() + (first ? row.getInt(DROPPED_PIECES) : 0);
    values[DROPPED_TURNS] = loss.turns() + (first ? row.getInt(DROPPED_TURNS) : 0);
    values[UNPREDICTED_TOKENS] = loss.targets() + (first ? row.getInt(UNPREDICTED_TOKENS) : 0);
    return RowFactory.create(values);
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[SCHEMA.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return values;
  }

  /** Its tokens and weights. */
  static Sample sample(Row row) {
    return new Sample(
        (int[]) row.get(INPUT_IDS), (float[]) row.get(LOSS_WEIGHTS), row.getInt(UNTRAINED_ENDS));
  }

  static String recordId(Row row) {
    return row.getString(0);
  }

  static int piece(Row row) {
    return row.getInt(PIECE);
  }

  static long position(Row row) {
    return row.getLong(POSITION);
  }

  static String split(Row row) {
    return row.getString(SPLIT);
  }

  static long window(Row row) {
    return row.getLong(WINDOW);
  }

  static int windowPack(Row row) {
    return row.getInt(WINDOW_PACK);
  }

  static int length(Row row) {
    return row.getInt(LENGTH);
  }

  static boolean isRefused(Row row) {
    return !row.isNullAt(REASON);
  }

  /** Whether it is an answer, which stays in one pack with those it is compared with. */
  static boolean isAnswer(Row row) {
    return !row.isNullAt(ANSWER);
  }

  /** The row of {@code samples}. */
  static SampleRow sample(Row row, String prepId) {
    return new SampleRow(
        prepId,
        row.getString(0),
        row.getInt(PIECE),
        row.getString(2),
        split(row),
        position(row),
        (int[]) row.get(INPUT_IDS),
        (float[]) row.get(LOSS_WEIGHTS),
        length(row),
        row.getInt(TRAINED_TOKENS),
        row.getInt(UNTRAINED_ENDS),
        Optional.ofNullable(row.getString(ANSWER)),
        Optional.ofNullable((Double) row.get(MARGIN)));
  }
}
