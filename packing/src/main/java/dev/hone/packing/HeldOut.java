package dev.hone.packing;

import java.io.Serializable;

/**
 * The rule that sends a record to {@code eval} or {@code train}: its content hash is below a bound,
 * or not. Which side a record is on never depends on the other records when a part is held out, so
 * more data never moves a record that was trained on into the evaluation, or back; equal records
 * are always on one side.
 *
 * <p>Worked example: 0.25 gives the bound {@code 4000000000000}; of the hashes {@code 3fff...} and
 * {@code 4000...} only the first is held out.
 *
 * @param bound lower-case hexadecimal; hashes before it in string order are held out
 */
record HeldOut(String bound) implements Serializable {

  private static final int DIGITS = 13; // 52 bits: every one is exact in a double

  /** Holds out a part of all possible hashes, from 0 to below 1. */
  static HeldOut part(double fraction) {
    return new HeldOut(("%0" + DIGITS + "x").formatted((long) (fraction * (1L << (4 * DIGITS)))));
  }

  /** Holds out all hashes up to and including this one. */
  static HeldOut upTo(String contentHash) {
    return new HeldOut(contentHash + "0");
  }

  boolean test(String contentHash) {
    return contentHash.compareTo(bound) < 0;
  }
}
