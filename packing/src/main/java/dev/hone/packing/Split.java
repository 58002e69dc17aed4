package dev.hone.packing;

import java.io.Serializable;
import java.util.Set;

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

  /** {@code train} or {@code eval}. */
  String of(String dataset, String contentHash) {
    return trained.contains(dataset) && !heldOut.test(contentHash) ? TRAIN : EVAL;
  }
}
