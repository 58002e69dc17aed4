package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

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
 * Makes the {@code packs} of planned samples, which lie in the partitions pack by pack: nothing is
 * moved, and a task holds one pack at a time.
 */
final class PackStage {
  private PackStage() {}

  /**
   * Makes packs.
   *
   * @param planned rows of {@link EncodedRows#SCHEMA}, as {@link EncodeStage#encode} gives them
   * @return columns of {@code packs}
   */
  static Dataset<Row> packs(Dataset<Row> planned, PackNumbers numbers, Packer packer) {
    MapPartitionsFunction<Row, Row> task = rows -> packs(rows, numbers, packer);
    return planned
        .where(col("window_pack").notEqual(EncodedRows.NO_PACK))
        .mapPartitions(task, TableSchema.of(PackRow.class).encoder());
  }

  private static Iterator<Row> packs(Iterator<Row> rows, PackNumbers numbers, Packer packer) {
    var groups = new ConsecutiveGroups<>(rows, PackStage::samePack);
    Rows<PackRow> packs = Rows.of(PackRow.class);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return groups.hasNext();
      }

      @Override
      public Row next() {
        List<Row> group = groups.next();
        Row first = group.get(0);
        String split = EncodedRows.split(first);
        List<SampleRow> members =
            group.stream().map(row -> EncodedRows.sample(row, packer.prepId())).toList();
        long number = numbers.of(split, EncodedRows.window(first), EncodedRows.windowPack(first));
        return packs.toRow(packer.pack(split, number, members));
      }
    };
  }

  private static boolean samePack(Row a, Row b) {
    return EncodedRows.windowPack(a) == EncodedRows.windowPack(b)
        && EncodedRows.window(a) == EncodedRows.window(b)
        && EncodedRows.split(a).equals(EncodedRows.split(b));
  }
}
