package dev.hone.packing;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which pack each sample goes to, planned from the lengths alone. Samples are planned in windows of
 * positions, each window in one task, so that memory is bounded and the plan is the same whatever
 * the number of partitions. The packs of a split are numbered from 0 without gaps, window after
 * window.
 *
 * @param strategy how the samples of a window come together
 * @param sequenceLen tokens that fit in a pack
 * @param window positions in a window, so that the pieces of a document stay together; within one
 *     percent of a plan over everything from a few thousand samples on
 */
record PackPlan(PackingStrategy strategy, int sequenceLen, long window) {

  /**
   * A window's lengths, positions and search structures stay below 50 MB, unless many are split.
   */
  static final long DEFAULT_WINDOW = 100_000;

  private static final StructType IN_WINDOW =
      new StructType()
          .add("position", DataTypes.LongType, false)
          .add("piece", DataTypes.IntegerType, false)
          .add("split", DataTypes.StringType, false)
          .add("window", DataTypes.LongType, false)
          .add("window_pack", DataTypes.IntegerType, false);

  private static final StructType FIRST_PACK =
      new StructType()
          .add("split", DataTypes.StringType, false)
          .add("window", DataTypes.LongType, false)
          .add("first_pack", DataTypes.LongType, false);

  /**
   * Plans all samples of one preparation.
   *
   * @param samples with columns split, position and piece (unique together) and length
   * @return columns position, piece and pack_id, one row a sample
   */
  Dataset<Row> plan(Dataset<Row> samples) {
    Dataset<Row> planned = planWindows(samples);
    Dataset<Row> firstPacks =
        samples.sparkSession().createDataFrame(firstPacks(planned), FIRST_PACK);
    return planned
        .join(broadcast(firstPacks), new String[] {"split", "window"})
        .select(
            col("position"),
            col("piece"),
            col("first_pack").plus(col("window_pack")).as("pack_id"));
  }

  private Dataset<Row> planWindows(Dataset<Row> samples) {
    // Copied out of the record: the task must not capture more than it needs.
    PackingStrategy windowStrategy = strategy;
    int capacity = sequenceLen;
    MapPartitionsFunction<Row, Row> task =
        rows ->
            StreamSupport.stream(
                    ((Iterable<List<Row>>)
                            () -> new ConsecutiveGroups<>(rows, PackPlan::sameWindow))
                        .spliterator(),
                    false)
                .flatMap(group -> planWindow(group, windowStrategy, capacity))
                .iterator();
    return samples
        .select(
            col("position"),
            col("split"),
            expr("position div " + window).as("window"),
            col("length"),
            col("piece"))
        .repartition(col("split"), col("window"))
        .sortWithinPartitions("split", "window", "position", "piece")
        .mapPartitions(task, Encoders.row(IN_WINDOW));
  }

  private static boolean sameWindow(Row a, Row b) {
    return a.getLong(2) == b.getLong(2) && a.getString(1).equals(b.getString(1));
  }

  private static Stream<Row> planWindow(List<Row> samples, PackingStrategy strategy, int capacity) {
    int[] packs =
        strategy.assign(samples.stream().mapToInt(row -> row.getInt(3)).toArray(), capacity);
    return IntStream.range(0, packs.length)
        .mapToObj(
            i -> {
              Row sample = samples.get(i);
              return RowFactory.create(
                  sample.getLong(0),
                  sample.getInt(4),
                  sample.getString(1),
                  sample.getLong(2),
                  packs[i]);
            });
  }

  /** The number of the first pack of every window: a handful of rows, a window being 100,000. */
  private static List<Row> firstPacks(Dataset<Row> planned) {
    List<Row> windows =
        planned
            .groupBy("split", "window")
            .agg(max("window_pack").as("last_pack"))
            .orderBy("split", "window")
            .collectAsList();
    List<Row> firstPacks = new ArrayList<>();
    Map<String, Long> next = new HashMap<>();
    for (Row row : windows) {
      long first = next.getOrDefault(row.getString(0), 0L);
      firstPacks.add(RowFactory.create(row.getString(0), row.getLong(1), first));
      next.put(row.getString(0), first + row.getInt(2) + 1);
    }
    return firstPacks;
  }
}
