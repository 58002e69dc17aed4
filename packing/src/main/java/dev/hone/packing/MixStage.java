package dev.hone.packing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToIntFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Mixes encoded documents and plans their packs. A copy of a document is further pieces of it, at a
 * position of its own. What is not mixed keeps its order, behind the mix; it begins a window of its
 * own, so that held-out packs are the same in every mix.
 *
 * @param spec with a mix
 * @param window what is packed together
 * @param kept has what came of it
 */
record MixStage(PrepSpec spec, PackWindow window, Kept kept) {

  /**
   * What came of it.
   *
   * @param rows columns {@link EncodedRows#SCHEMA}, as {@link EncodeStage} gives them
   * @param left documents that are not in the mix
   * @param counts of each dataset, those documents and what was mixed
   */
  record Mixed(Dataset<Row> rows, long left, PrepCounts counts) {}

  /**
   * Mixes.
   *
   * @param encoded rows of {@link EncodedRows#SCHEMA} without packs, kept by Spark
   * @param end all positions are below
   * @param tasks most that share so many rows
   * @throws HoneException if a document is repeated without end
   */
  Mixed mix(Dataset<Row> encoded, long end, LongToIntFunction tasks) {
    Mix mix = spec.mix().orElseThrow();
    List<String> names = spec.datasets().stream().map(PrepDataset::name).toList();
    MixOrder order = MixOrder.of(MixDocuments.of(encoded, spec, mix), mix, names, kept);
    long windows = (order.size() + window.positions() - 1) / window.positions();
    long behind = windows * window.positions();
    int most = tasks.applyAsInt(order.size() + end);
    return mixed(
        kept.keep(planned(placed(encoded, order, behind), behind + end, most)), order, names);
  }

  private static Dataset<Row> placed(Dataset<Row> encoded, MixOrder order, long behind) {
    Column piece = col("piece").plus(col("copy").multiply(col("pieces"))).cast("int");
    Column[] columns =
        Arrays.stream(EncodedRows.SCHEMA.fieldNames())
            .map(name -> col(name))
            .toArray(Column[]::new);
    return encoded
        .join(order.ranks(), new String[] {"record_id"}, "left")
        .where(col("rank").isNotNull().or(not(MixDocuments.mixed())))
        .withColumn("position", coalesce(col("rank"), col("position").plus(behind)))
        .withColumn("piece", coalesce(piece, col("piece")))
        .select(columns);
  }

  private Dataset<Row> planned(Dataset<Row> placed, long end, int most) {
    PackRules rules = spec.packRules();
    PackWindow windows = window;
    MapPartitionsFunction<Row, Row> task = rows -> new PlannedSamples(rows, rules, windows);
    int tasks = window.tasks(0, end, most);
    return Placement.byId(placed.as(EncodedRows.encoder()), tasks, window.task(0, end, tasks))
        .sortWithinPartitions("position", "piece")
        .mapPartitions(task, EncodedRows.encoder());
  }

  private Mixed mixed(Dataset<Row> rows, MixOrder order, List<String> names) {
    Map<String, Row> sums = new HashMap<>();
    rows.where(MixDocuments.mixed())
        .groupBy("dataset")
        .agg(sum("length"), sum("dropped_tokens"))
        .collectAsList()
        .forEach(row -> sums.put(row.getString(0), row));
    long left = 0;
    Map<String, Map<String, Long>> counts = new HashMap<>();
    List<String> lost = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      MixOrder.Taken taken = order.taken().get(i);
      Row sum = sums.get(names.get(i));
      long tokens = sum == null ? 0 : sum.getLong(1);
      long dropped = sum == null ? 0 : sum.getLong(2);
      if (tokens + dropped != taken.tokensIn()) {
        lost.add(
            "of %d tokens of %s %d came out and %d were dropped"
                .formatted(taken.tokensIn(), names.get(i), tokens, dropped));
      }
      long out = taken.rows() - taken.documents();
      left += out;
      counts.put(
          names.get(i),
          Map.of(
              PrepCounts.DOCUMENTS,
              out,
              PrepCounts.NOT_SAMPLED,
              out,
              PrepCounts.MIX_ROWS,
              taken.rows(),
              PrepCounts.MIX_TOKENS,
              taken.tokens(),
              PrepCounts.MIXED_ROWS,
              taken.copies(),
              PrepCounts.MIXED_TOKENS,
              tokens));
    }
    if (!lost.isEmpty()) {
      throw new IllegalStateException("mix: " + String.join("; ", lost));
    }
    return new Mixed(rows, left, new PrepCounts(counts));
  }
}
