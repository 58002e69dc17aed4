package dev.hone.packing;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
   * The split of a new preparation. Where a number of documents is to be held out, they are those
   * with the smallest hashes.
   *
   * @param documents of all datasets
   */
  static Split of(PrepSpec spec, Dataset<Row> documents) {
    Set<String> trained =
        spec.datasets().stream().map(PrepDataset::name).collect(Collectors.toUnmodifiableSet());
    if (spec.valSetSize() < 1) {
      return new Split(trained, HeldOut.part(spec.valSetSize()));
    }
    List<Row> smallest =
        documents
            .where(col("dataset").isin(trained.toArray()))
            .select("content_hash")
            .distinct()
            .orderBy("content_hash")
            .limit((int) spec.valSetSize())
            .collectAsList();
    return new Split(
        trained,
        smallest.isEmpty()
            ? HeldOut.part(0)
            : HeldOut.upTo(smallest.get(smallest.size() - 1).getString(0)));
  }

  /** The split with another bound. */
  Split withBound(String bound) {
    return new Split(trained, new HeldOut(bound));
  }

  /** {@code train} or {@code eval}. */
  String of(String dataset, String contentHash) {
    return trained.contains(dataset) && !heldOut.test(contentHash) ? TRAIN : EVAL;
  }
}
