package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The numbers of packs. The packs of a split are numbered without gaps, window after window, behind
 * those that are there.
 *
 * @param first number of the first pack of every window, by split
 */
record PackNumbers(Map<String, Map<Long, Long>> first) implements Serializable {

  /**
   * Numbers the packs of planned samples.
   *
   * @param planned rows of {@link EncodedRows#SCHEMA}
   * @param there packs of each split that are there already
   */
  static PackNumbers of(Dataset<Row> planned, Map<String, Long> there) {
    Map<String, Map<Long, Long>> first = new HashMap<>();
    Map<String, Long> next = new HashMap<>(there);
    for (Row row :
        planned
            .where(col("window_pack").notEqual(EncodedRows.NO_PACK))
            .groupBy("split", "window")
            .agg(max("window_pack"))
            .orderBy("split", "window")
            .collectAsList()) {
      String split = row.getString(0);
      long start = next.getOrDefault(split, 0L);
      first.computeIfAbsent(split, s -> new HashMap<>()).put(row.getLong(1), start);
      next.put(split, start + row.getInt(2) + 1);
    }
    return new PackNumbers(first);
  }

  /** Whether there is a pack of a split. */
  boolean hasPacks(String split) {
    return first.containsKey(split);
  }

  /** The number of a pack of a window. */
  long of(String split, long window, int windowPack) {
    return first.get(split).get(window) + windowPack;
  }
}
