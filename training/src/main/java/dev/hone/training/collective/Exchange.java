package dev.hone.training.collective;

import java.util.Arrays;

/**
 * How the ranks that share a batch tell each other a few numbers. Every rank makes the same calls
 * in the same order, and gets the same bits.
 *
 * <p>A {@link Collective} is one; {@link #alone} is for a batch that nobody shares.
 */
public interface Exchange {
  /** Most bytes that a rank tells in one call; {@link SharedWork} has no such limit. */
  int LONGEST = 1 << 20;

  /** That of the only rank. */
  static Exchange alone() {
    return new Alone();
  }

  /** The number of this rank, from 0. */
  int rank();

  /** How many ranks there are. */
  int size();

  /**
   * A few bytes of every rank, by rank.
   *
   * @param mine at most {@link #LONGEST}; their lengths may differ
   */
  byte[][] gather(byte[] mine);

  /** A few numbers of every rank, by rank; some may have more of them than others. */
  default double[][] rows(double... mine) {
    return Arrays.stream(gather(Doubles.bytes(mine))).map(Doubles::of).toArray(double[][]::new);
  }

  /**
   * As many sums as numbers, each added up from the first rank to the last.
   *
   * <p>Example: (1, 2) on one rank and (3, 4) on the next are (4, 6) on both.
   */
  default double[] sums(double... mine) {
    double[][] rows = rows(mine);
    double[] sums = rows[0];
    for (int rank = 1; rank < rows.length; rank++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += rows[rank][i];
      }
    }
    return sums;
  }
}
