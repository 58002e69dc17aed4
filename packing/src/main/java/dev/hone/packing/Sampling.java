package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The documents that {@code num_samples} leaves of each dataset. Which they are is a bound: the
 * hash and id of the last one, found by sorting ids alone.
 *
 * @param documents those that were chosen, and those that are refused, repeated or removed by a
 *     filter, which do not count
 * @param notSampled documents that were not chosen, by dataset
 */
record Sampling(Dataset<Row> documents, Map<String, Long> notSampled) {

  /**
   * Chooses documents.
   *
   * @param positioned see {@link QualityStage#marked}
   */
  static Sampling of(Dataset<Row> positioned, PrepSpec spec) {
    List<PrepDataset> limited =
        spec.allDatasets().stream().filter(dataset -> !dataset.sample().isAll()).toList();
    Map<String, Long> notSampled = new LinkedHashMap<>();
    Column chosen = lit(true);
    for (PrepDataset dataset : limited) {
      RowSample sample = dataset.sample();
      Column hash = xxhash64(lit(sample.seed()), col("record_id"));
      Column mine =
          col("dataset")
              .equalTo(dataset.name())
              .and(col("record_id").equalTo(col("kept_as")))
              .and(col("removed_by").isNull());
      Column first = col("rank").leq(sample.rows());
      Row bound =
          positioned
              .where(mine)
              .select(col("dataset"), col("record_id"), hash.as("hash"))
              .withColumn(
                  "rank",
                  row_number().over(Window.partitionBy("dataset").orderBy("hash", "record_id")))
              .agg(
                  count(lit(1)),
                  count(when(first, 1)),
                  max(when(first, struct("hash", "record_id"))))
              .head();
      if (bound.getLong(0) > bound.getLong(1)) {
        Row last = bound.getStruct(2);
        Column kept =
            hash.lt(last.getLong(0))
                .or(hash.equalTo(last.getLong(0)).and(col("record_id").leq(last.getString(1))));
        chosen = chosen.and(not(mine).or(kept));
        notSampled.put(dataset.name(), bound.getLong(0) - bound.getLong(1));
      }
    }
    return new Sampling(notSampled.isEmpty() ? positioned : positioned.where(chosen), notSampled);
  }

  /** All documents. */
  static Sampling all(Dataset<Row> positioned) {
    return new Sampling(positioned, Map.of());
  }

  /** Documents that were not chosen. */
  long left() {
    return notSampled.values().stream().mapToLong(Long::longValue).sum();
  }
}
