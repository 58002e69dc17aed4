package dev.hone.training.distributed;

import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Placement;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackFile;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * The columns a rank reads, by split and pack number, in a partition for each rank: all of them,
   * as the order of an epoch leads it anywhere; but only the first measures what is held out.
   */
  static Dataset<Row> inOrder(Dataset<Row> packs, int ranks) {
    Column split = functions.col("split");
    Column rank = functions.col("rank");
    Dataset<Row> copies =
        packs
            .where(split.isin(TRAIN, EVAL))
            .crossJoin(packs.sparkSession().range(ranks).select(functions.col("id").as("rank")))
            .where(rank.equalTo(0).or(split.equalTo(TRAIN)))
            .select(
                split,
                functions.col("pack_id"),
                rank,
                functions.col("input_ids"),
                functions.col("loss_weights"),
                functions.col("document_starts"),
                functions.col("answers"),
                functions.col("margins"),
                ifThere(packs, "reference", "array<double>"),
                ifThere(packs, "k", "int"),
                ifThere(packs, "token_ids", "array<int>"),
                ifThere(packs, "logprobs", "array<float>"),
                ifThere(packs, HeldOutSets.COLUMN, "array<string>"));
    return Placement.byId(copies, ranks, rank)
        .sortWithinPartitions("split", "pack_id")
        .drop("pack_id", "rank");
  }

  /** What another model says of a pack, if one was asked. */
  private static Column ifThere(Dataset<Row> packs, String name, String type) {
    return (List.of(packs.columns()).contains(name)
            ? functions.col(name)
            : functions.lit(null).cast(type))
        .as(name);
  }

  /** A row of the packs table as a pass takes it. */
  static PackedRow row(PackRow pack) {
    PackedRow row = new PackedRow(pack.inputIds(), pack.lossWeights(), pack.documentStarts());
    return pack.answers().map(names -> row.withAnswers(answers(names))).orElse(row);
  }

  private static Answers answers(List<String> names) {
    boolean[] chosen = new boolean[names.size()];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = PackRow.isWanted(names.get(i));
    }
    return new Answers(chosen);
  }

  /**
   * The two splits as files.
   *
   * @param sets of each held-out pack the data set of each document; empty if nobody asks
   */
  record Files(PackFile train, PackFile heldOut, List<List<String>> sets) implements AutoCloseable {
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
    List<List<String>> sets = new ArrayList<>();
    try (PackFile.Writer train = new PackFile.Writer(directory, TRAIN);
        PackFile.Writer heldOut = new PackFile.Writer(directory, EVAL)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        PackFile.Writer writer = row.getUTF8String(0).toString().equals(TRAIN) ? train : heldOut;
        if (!row.isNullAt(10)) {
          sets.add(words(row.getArray(10)));
        }
        PackedRow pack =
            new PackedRow(
                row.getArray(1).toIntArray(),
                row.getArray(2).toFloatArray(),
                row.getArray(3).toIntArray());
        if (!row.isNullAt(4)) {
          pack = pack.withAnswers(answers(row));
        }
        writer.append(row.isNullAt(7) ? pack : pack.withTeaching(teaching(row)));
      }
      return new Files(train.finish(), heldOut.finish(), sets);
    }
  }

  private static Answers answers(InternalRow row) {
    List<String> words = words(row.getArray(4));
    Answers answers = answers(words);
    if (!row.isNullAt(5)) {
      float[] margins = new float[words.size()];
      for (int i = 0; i < margins.length; i++) {
        margins[i] = (float) row.getArray(5).getDouble(i);
      }
      answers = answers.withMargins(margins);
    }
    return row.isNullAt(6) ? answers : answers.withReference(row.getArray(6).toDoubleArray());
  }

  private static List<String> words(ArrayData names) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < names.numElements(); i++) {
      words.add(names.getUTF8String(i).toString());
    }
    return words;
  }

  private static Teaching teaching(InternalRow row) {
    return new Teaching(
        row.getInt(7), row.getArray(8).toIntArray(), row.getArray(9).toFloatArray());
  }
}
