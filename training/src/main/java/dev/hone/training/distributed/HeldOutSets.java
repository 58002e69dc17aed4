package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;

import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Warehouse;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which data set each document of a held-out pack is of, so that several of them can be measured
 * one by one.
 */
final class HeldOutSets {
  /** The column of a pack: {@code [S]}, the data set of each of its documents. */
  static final String COLUMN = "sets";

  private HeldOutSets() {}

  /**
   * Packs with {@link #COLUMN}, which is null of those that are trained on.
   *
   * @param packs rows of the packs table, of this preparation
   */
  static Dataset<Row> of(Warehouse warehouse, String prepId, Dataset<Row> packs) {
    Dataset<Row> known =
        warehouse
            .read(SampleRow.class)
            .where(col("prep_id").equalTo(prepId).and(col("split").equalTo(PackSpill.EVAL)))
            .select("record_id", "dataset")
            .distinct();
    Dataset<Row> sets =
        packs
            .where(col("split").equalTo(PackSpill.EVAL))
            .select(
                col("pack_id"), posexplode(col("record_ids")).as(new String[] {"pos", "record_id"}))
            .join(known, "record_id")
            .groupBy("pack_id")
            .agg(sort_array(collect_list(struct("pos", "dataset"))).as("found"))
            .select(
                lit(PackSpill.EVAL).as("split"),
                col("pack_id"),
                transform(col("found"), one -> one.getField("dataset")).as(COLUMN));
    return packs.join(sets, new String[] {"split", "pack_id"}, "left");
  }
}
