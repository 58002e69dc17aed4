package dev.hone.training.data;

/** The packs of one split by their number, in any order and any number of times. */
public interface PackSource {

  /** Number of packs. */
  long size();

  /** Tokens in the longest pack; 0 if there is none. */
  int longest();

  /**
   * One pack.
   *
   * @param pack its number, from 0
   */
  PackedRow read(long pack);

  /** Whether the answers of every pack know their log-probability under the reference model. */
  default boolean isReferenced() {
    return false;
  }
}
