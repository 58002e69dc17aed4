package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.tables.PrepRow;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which documents are trained on. What decides is the content of a document and a bound that a
 * preparation keeps, so that no document ever changes its side.
 *
 * @param trained names of the datasets to train on; the others are held out whole
 * @param heldOut which of their documents are held out
 */
record Split(Set<String> trained, HeldOut heldOut) implements Serializable {
  static final String TRAIN = "train";
  static final String EVAL = "eval";

  /**
   * The split of a new preparation. Of {@code val_set_size} a part is a bound by itself; a number
   * of documents are those with the smallest hashes.
   *
   * @param documents of all datasets
   */
  static Split of(PrepSpec spec, Dataset<Row> documents) {
    if (spec.valSetSize() < 1) {
      return new Split(spec.trainedDatasets(), HeldOut.part(spec.valSetSize()));
    }
    List<Row> smallest =
        documents
            .where(col("dataset").isin(spec.trainedDatasets().toArray()))
            .select("content_hash")
            .distinct()
            .orderBy("content_hash")
            .limit((int) spec.valSetSize())
            .collectAsList();
    HeldOut heldOut =
        smallest.isEmpty()
            ? HeldOut.part(0)
            : HeldOut.upTo(smallest.get(smallest.size() - 1).getString(0));
    return new Split(spec.trainedDatasets(), heldOut);
  }

  /** The split that a finished preparation keeps. */
  static Split of(PrepSpec spec, PrepRow finished) {
    return new Split(spec.trainedDatasets(), new HeldOut(finished.heldOutBelow().orElseThrow()));
  }

  /** {@code train} or {@code eval}. */
  String of(String dataset, String contentHash) {
    return trained.contains(dataset) && !heldOut.test(contentHash) ? TRAIN : EVAL;
  }
}
