package dev.hone.jobs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The packs of a preparation as Parquet files that TRL, Axolotl and Transformers train on, in the
 * order of {@code pack_id}.
 *
 * <pre>{@code
 * PackExport.run(warehouse, prepId, PackExport.Layout.HF, "s3a://lake/packs", columns, notices)
 *   s3a://lake/packs/README.md                           load_dataset opens the folder by it
 *   s3a://lake/packs/data/train-00000-of-00002.parquet
 *   s3a://lake/packs/data/train-00001-of-00002.parquet
 *   s3a://lake/packs/data/test-00000-of-00001.parquet    the packs held out
 * }</pre>
 */
public final class PackExport {
  /** Of integers before compression: about what a Hugging Face shard has after it. */
  private static final long SHARD_BYTES = 512L << 20;

  private PackExport() {}

  /** How the files lie in the folder. */
  public enum Layout {
    /** {@code train/} and {@code eval/}, as Spark writes them. */
    PARQUET,
    /** A folder that {@code datasets.load_dataset} opens, with the splits train and test. */
    HF
  }

  /**
   * What was written of one split.
   *
   * @param split its name in the layout
   * @param tokens of all packs
   * @param trained tokens with a label
   */
  public record Split(String split, long packs, long tokens, long trained, int files) {}

  /**
   * Writes every pack of a preparation.
   *
   * @param out a new or empty folder of any Hadoop file system
   * @param notices is told if loss weights between 0 and 1 are lost
   * @throws HoneException if the preparation is not in the warehouse, or the folder is not empty or
   *     cannot be written
   */
  public static List<Split> run(
      Warehouse warehouse,
      String prepId,
      Layout layout,
      String out,
      List<PackColumns> columns,
      Consumer<String> notices) {
    requirePrepared(warehouse, prepId);
    ExportFolder folder = ExportFolder.at(out, warehouse.spark().sessionState().newHadoopConf());
    Dataset<Row> packs = warehouse.read(PackRow.class).where(col("prep_id").equalTo(prepId));
    requireNoAnswers(packs, prepId);
    List<Split> splits = new ArrayList<>();
    for (Row found : counts(packs)) {
      if (columns.contains(PackColumns.LABELS) && found.getLong(4) > 0) {
        notices.accept(
            "%d %s packs have loss weights other than 0 and 1: labels cannot hold them, and train those tokens in full"
                .formatted(found.getLong(4), found.getString(0)));
      }
      boolean train = found.getString(0).equals("train");
      String name = layout == Layout.HF && !train ? "test" : found.getString(0);
      Path place = layout == Layout.HF ? folder.staging(name) : folder.child(name);
      long bytes = found.getLong(2) * columns.size() * Integer.BYTES;
      write(packs.where(col("split").equalTo(found.getString(0))), columns, shards(bytes), place);
      int files = layout == Layout.HF ? folder.publish(name) : folder.parquet(place).size();
      splits.add(new Split(name, found.getLong(1), found.getLong(2), found.getLong(3), files));
    }
    if (layout == Layout.HF) {
      folder.write("README.md", DatasetCard.of(prepId, splits, columns));
    }
    return splits;
  }

  /** The packs in pack order, as other trainers read them. */
  static Dataset<Row> rows(Dataset<Row> packs, List<PackColumns> columns) {
    return packs.select(columns.stream().map(PackColumns::column).toArray(Column[]::new));
  }

  private static void write(Dataset<Row> packs, List<PackColumns> columns, int shards, Path place) {
    Dataset<Row> ordered =
        packs.repartitionByRange(shards, col("pack_id")).sortWithinPartitions("pack_id");
    rows(ordered, columns).write().parquet(place.toString());
  }

  static int shards(long bytes) {
    return Math.toIntExact(Math.max(1, (bytes + SHARD_BYTES - 1) / SHARD_BYTES));
  }

  /** Of each split: name, packs, tokens, trained tokens, packs with fractional weights. */
  private static List<Row> counts(Dataset<Row> packs) {
    return packs
        .groupBy("split")
        .agg(
            count(lit(1)),
            sum("length"),
            sum("trained_tokens"),
            expr("count_if(exists(loss_weights, w -> w > 0 AND w <> 1))"))
        .orderBy(col("split").desc())
        .collectAsList();
  }

  /** A warehouse of an earlier version has no such column, and no answers. */
  private static void requireNoAnswers(Dataset<Row> packs, String prepId) {
    if (List.of(packs.columns()).contains("answers")
        && !packs.where(col("answers").isNotNull()).isEmpty()) {
      throw new HoneException(
          "preparation %s holds answers to compare, and a row of labels would train those too that are not wanted; export a preparation without rl"
              .formatted(prepId));
    }
  }

  private static void requirePrepared(Warehouse warehouse, String prepId) {
    List<String> known =
        warehouse
            .read(PrepRow.class)
            .orderBy(col("created_at").desc())
            .select("prep_id")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    if (!known.contains(prepId)) {
      throw new HoneException(
          "--prep: warehouse '%s' has no finished preparation '%s'; it has %s"
              .formatted(
                  warehouse.shown(),
                  prepId,
                  known.isEmpty()
                      ? "none, and hone prep makes one"
                      : known.stream().limit(5).collect(Collectors.joining(", "))));
    }
  }
}
