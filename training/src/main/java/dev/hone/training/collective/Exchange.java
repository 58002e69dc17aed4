package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How the ranks that share a batch tell each other a few numbers. Every rank makes the same calls
 * in the same order, and gets the same bits.
 *
 * <p>A {@link Collective} is one; {@link #alone} is for a batch that nobody shares.
 */
public interface Exchange {
  /** That of the only rank. */
  static Exchange alone() {
    return new Alone();
  }

  /** The number of this rank, from 0. */
  int rank();

  /**
   * A few bytes of every rank, by rank.
   *
   * @param mine at most a megabyte; their lengths may differ
   */
  byte[][] gather(byte[] mine);

  /** A few numbers of every rank, by rank; some may have more of them than others. */
  default double[][] rows(double... mine) {
    ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * mine.length);
    bytes.asDoubleBuffer().put(mine);
    return Arrays.stream(gather(bytes.array())).map(Exchange::doubles).toArray(double[][]::new);
  }

  private static double[] doubles(byte[] bytes) {
    double[] values = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
    return values;
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
