package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.sum;

import com.google.common.collect.Iterators;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What lies before each row in an order, added up group by group. The rows are sorted in ranges, a
 * task each; the driver holds one sum for each range and group.
 *
 * <p>Worked example: rows {@code (group, n)} of {@code (0, 5) (1, 2) (0, 3) (1, 4)}, in this order,
 * have {@code n_before} 0, 0, 5 and 2; the totals are 8 and 6.
 *
 * @param rows with a column {@code X_before} for every X that is summed
 * @param totals by group, in the order of what is summed
 */
record RunningSums(Dataset<Row> rows, Map<Integer, long[]> totals) {
  private static final String RANGE = "range";

  /**
   * Adds up.
   *
   * @param rows of an order without ties
   * @param kept has the sorted rows
   * @param group an INT column
   * @param summed BIGINT columns
   * @param order by which columns
   */
  static RunningSums of(
      Dataset<Row> rows, Kept kept, String group, List<String> summed, String... order) {
    Column[] by = Arrays.stream(order).map(name -> col(name)).toArray(Column[]::new);
    // Kept: where a range ends is found by sampling, and both passes must see the same ranges.
    Dataset<Row> sorted =
        kept.keep(
            rows.repartitionByRange(by)
                .sortWithinPartitions(by)
                .withColumn(RANGE, spark_partition_id()));
    Column[] sums = summed.stream().map(name -> sum(name)).toArray(Column[]::new);
    Map<Integer, Map<Integer, long[]>> before = new HashMap<>();
    Map<Integer, long[]> totals = new HashMap<>();
    for (Row row :
        sorted
            .groupBy(RANGE, group)
            .agg(sums[0], Arrays.copyOfRange(sums, 1, sums.length))
            .orderBy(RANGE)
            .collectAsList()) {
      long[] total = totals.computeIfAbsent(row.getInt(1), g -> new long[summed.size()]);
      before
          .computeIfAbsent(row.getInt(0), range -> new HashMap<>())
          .put(row.getInt(1), total.clone());
      for (int i = 0; i < total.length; i++) {
        total[i] += row.getLong(2 + i);
      }
    }
    StructType struct = sorted.schema();
    int[] columns = summed.stream().mapToInt(struct::fieldIndex).toArray();
    int groupColumn = struct.fieldIndex(group);
    int rangeColumn = struct.fieldIndex(RANGE);
    MapPartitionsFunction<Row, Row> task =
        part -> {
          Map<Integer, long[]> running = new HashMap<>();
          return Iterators.transform(
              part,
              row ->
                  added(
                      row,
                      running.computeIfAbsent(
                          row.getInt(groupColumn),
                          g -> before.get(row.getInt(rangeColumn)).get(g).clone()),
                      columns));
        };
    for (String name : summed) {
      struct = struct.add(name + "_before", DataTypes.LongType, false);
    }
    return new RunningSums(sorted.mapPartitions(task, Encoders.row(struct)).drop(RANGE), totals);
  }

  private static Row added(Row row, long[] before, int[] columns) {
    Object[] values = new Object[row.size() + columns.length];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    for (int i = 0; i < columns.length; i++) {
      values[row.size() + i] = before[i];
      before[i] += row.getLong(columns[i]);
    }
    return RowFactory.create(values);
  }

  /** The sum of a group; 0 if no row is of it. */
  long total(int group, int summed) {
    return totals.containsKey(group) ? totals.get(group)[summed] : 0;
  }
}
