package dev.hone.formats.tokenizer.bpe;

import java.util.Arrays;

/** Pairs of numbers to numbers, without objects: open addressing. Read by many threads. */
final class PairTable {
  /** What {@link #get} says of a pair that is not there; greater than any value. */
  static final long NONE = Long.MAX_VALUE;

  private static final long EMPTY = -1;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final long[] keysAndValues;
  private final int shift;

  /**
   * @param most pairs it will hold at most
   */
  PairTable(int most) {
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(8, most) * 2L - 1);
    this.shift = 64 - bits;
    this.keysAndValues = new long[2 << bits];
    Arrays.fill(keysAndValues, EMPTY);
  }

  /**
   * Sets the value of a pair, also if it has one.
   *
   * @param left not negative, as right and value
   */
  void put(int left, int right, long value) {
    long key = key(left, right);
    int slot = slot(key);
    while (keysAndValues[slot] != EMPTY && keysAndValues[slot] != key) {
      slot = (slot + 2) & (keysAndValues.length - 1);
    }
    keysAndValues[slot] = key;
    keysAndValues[slot + 1] = value;
  }

  /** The value of a pair, or {@link #NONE}. */
  long get(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    while (true) {
      long found = keysAndValues[slot];
      if (found == key) {
        return keysAndValues[slot + 1];
      }
      if (found == EMPTY) {
        return NONE;
      }
      slot = (slot + 2) & (keysAndValues.length - 1);
    }
  }

  private static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  private int slot(long key) {
    return (int) ((key * SPREAD) >>> shift) << 1;
  }
}
