package dev.hone.packing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.TableSchema;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Brings the samples of each pack together and makes the {@code packs} of a preparation. A task
 * holds one pack at a time.
 */
final class PackStage {

  /** Consecutive packs lie in one file, so that reading a range of pack ids touches few of them. */
  private static final int BLOCK = 256;

  private PackStage() {}

  /**
   * Makes packs.
   *
   * @param samples the {@code samples} of one preparation
   * @param plan columns position, piece and pack_id, of {@link PackPlan#plan}
   * @return columns of {@code packs}
   */
  static Dataset<Row> packs(Dataset<Row> samples, Dataset<Row> plan, Packer packer) {
    MapPartitionsFunction<Row, Row> task = rows -> packs(rows, packer);
    return samples
        .join(plan, new String[] {"position", "piece"})
        .repartition(col("split"), expr("pack_id div " + BLOCK))
        .sortWithinPartitions("split", "pack_id", "position", "piece")
        .mapPartitions(task, TableSchema.of(PackRow.class).encoder());
  }

  private static Iterator<Row> packs(Iterator<Row> rows, Packer packer) {
    var groups = new ConsecutiveGroups<>(rows, PackStage::samePack);
    Rows<SampleRow> samples = Rows.of(SampleRow.class);
    Rows<PackRow> packs = Rows.of(PackRow.class);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return groups.hasNext();
      }

      @Override
      public Row next() {
        List<Row> group = groups.next();
        List<SampleRow> members = group.stream().map(samples::fromRow).toList();
        long packId = group.get(0).<Long>getAs("pack_id");
        return packs.toRow(packer.pack(members.get(0).split(), packId, members));
      }
    };
  }

  private static boolean samePack(Row a, Row b) {
    return a.<Long>getAs("pack_id").equals(b.<Long>getAs("pack_id"))
        && a.<String>getAs("split").equals(b.<String>getAs("split"));
  }
}
