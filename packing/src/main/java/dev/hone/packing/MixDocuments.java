package dev.hone.packing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** What a mix needs to know of the documents: a light row for each. */
final class MixDocuments {
  private MixDocuments() {}

  /** The rows of {@link EncodedRows#SCHEMA} that are mixed: samples to train on. */
  static Column mixed() {
    return col("split").equalTo(Split.TRAIN).and(col("reason").isNull());
  }

  /**
   * The documents that are mixed, with {@code hash}, by which parts are chosen, {@code own}, what
   * the mix measures of each, {@code tokens} of its samples, {@code tokens_in}, with what was
   * dropped from it, and {@code pieces}: no copy of it has more.
   *
   * @param encoded rows of {@link EncodedRows#SCHEMA}, not yet cut by {@link Wrapped}
   */
  static Dataset<Row> of(Dataset<Row> encoded, PrepSpec spec, Mix mix) {
    Column names =
        array(spec.datasets().stream().map(dataset -> lit(dataset.name())).toArray(Column[]::new));
    Column tokens = sum("length");
    // A sample fills the room that is left in a pack, packs, and a part of the last one.
    Column pieces =
        spec.packing() == Packing.WRAPPED
            ? sum(col("length").divide(spec.sequenceLen()).cast(DataTypes.LongType).plus(2L))
            : count(lit(1));
    return encoded
        .where(mixed())
        .groupBy("record_id", "dataset", "position")
        .agg(
            (mix.measure() == Mix.Measure.ROWS ? lit(1L) : tokens).as("own"),
            tokens.as("tokens"),
            sum(col("length").plus(col("dropped_tokens"))).as("tokens_in"),
            pieces.as("pieces"))
        .withColumn(
            "dataset_no",
            array_position(names, col("dataset")).minus(1).cast(DataTypes.IntegerType))
        .withColumn("hash", xxhash64(lit(mix.seed()), col("record_id")))
        .withColumn("documents", lit(1L));
  }
}
