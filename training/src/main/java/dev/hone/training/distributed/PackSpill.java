package dev.hone.training.distributed;

import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackFile;
import dev.hone.training.data.PackedRow;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.functions;
import scala.collection.Iterator;

/** Takes the packs of a task from Spark to local files, one for each split, in table order. */
final class PackSpill {
  static final String TRAIN = "train";
  static final String EVAL = "eval";

  private PackSpill() {}

  /** The packs of a preparation, at the version that the table has now. */
  static Dataset<Row> ofPreparation(Warehouse warehouse, String prepId) {
    long version = warehouse.version(PackRow.class);
    return warehouse.read(PackRow.class, version).where(functions.col("prep_id").equalTo(prepId));
  }

  /** The columns a rank reads, in one partition, by split and pack number. */
  static Dataset<Row> inOrder(Dataset<Row> packs) {
    Column split = functions.col("split");
    return packs
        .select(
            "split",
            "pack_id",
            "input_ids",
            "loss_weights",
            "document_starts",
            "answers",
            "margins")
        .where(split.isin(TRAIN, EVAL))
        .repartition(1)
        .sortWithinPartitions("split", "pack_id")
        .select("split", "input_ids", "loss_weights", "document_starts", "answers", "margins");
  }

  /** The two splits as files. */
  record Files(PackFile train, PackFile heldOut) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (train;
          heldOut) {
        // Closes both, whichever fails.
      }
    }
  }

  /** Writes all rows of {@link #inOrder}. */
  static Files write(Iterator<InternalRow> rows, Path directory) throws IOException {
    try (PackFile.Writer train = new PackFile.Writer(directory, TRAIN);
        PackFile.Writer heldOut = new PackFile.Writer(directory, EVAL)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        PackFile.Writer writer = row.getUTF8String(0).toString().equals(TRAIN) ? train : heldOut;
        PackedRow pack =
            new PackedRow(
                row.getArray(1).toIntArray(),
                row.getArray(2).toFloatArray(),
                row.getArray(3).toIntArray());
        writer.append(row.isNullAt(4) ? pack : pack.withAnswers(answers(row)));
      }
      return new Files(train.finish(), heldOut.finish());
    }
  }

  private static Answers answers(InternalRow row) {
    ArrayData names = row.getArray(4);
    boolean[] chosen = new boolean[names.numElements()];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = PackRow.isWanted(names.getUTF8String(i).toString());
    }
    float[] margins = new float[chosen.length];
    if (!row.isNullAt(5)) {
      for (int i = 0; i < margins.length; i++) {
        margins[i] = (float) row.getArray(5).getDouble(i);
      }
    }
    return new Answers(chosen).withMargins(margins);
  }
}
