package dev.hone.training.collective;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Pieces of work that do not need each other, dealt over the ranks: each is done on one of them,
 * and all learn what came of it. Every rank makes the same calls in the same order, as those of an
 * {@link Exchange}.
 *
 * <p>The longest pieces are dealt first, each to the rank that has least to do so far (Graham
 * 1969). What a piece is does not depend on the number of ranks, so neither does what comes of all.
 *
 * <p>Example: of pieces that cost 5, 4, 3 and 3 the first of two ranks does 0 and 3, the second 1
 * and 2.
 */
public final class SharedWork {
  private final Exchange ranks;
  private final int[] owners;

  private SharedWork(Exchange ranks, int[] owners) {
    this.ranks = ranks;
    this.owners = owners;
  }

  /**
   * Deals the pieces; tells nobody.
   *
   * @param costs how long each takes, in any unit; the same on all ranks
   */
  public static SharedWork of(Exchange ranks, long[] costs) {
    long[] load = new long[ranks.size()];
    int[] owners = new int[costs.length];
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparing((Integer piece) -> costs[piece]).reversed())
        .forEach(
            piece -> {
              int least = 0;
              for (int rank = 1; rank < load.length; rank++) {
                least = load[rank] < load[least] ? rank : least;
              }
              owners[piece] = least;
              load[least] += costs[piece];
            });
    return new SharedWork(ranks, owners);
  }

  /** Numbers of the pieces that are this rank's, rising. */
  public int[] mine() {
    return IntStream.range(0, owners.length)
        .filter(piece -> owners[piece] == ranks.rank())
        .toArray();
  }

  /**
   * Brings together what came of the pieces, however long it is.
   *
   * @param mine of each of {@link #mine}
   * @return of every piece, in their order; the same on every rank
   */
  public List<byte[]> together(List<byte[]> mine) {
    ByteBuffer bytes =
        ByteBuffer.allocate(mine.stream().mapToInt(one -> Integer.BYTES + one.length).sum());
    mine.forEach(one -> bytes.putInt(one.length).put(one));
    List<ByteBuffer> all = Arrays.stream(whole(bytes.array())).map(ByteBuffer::wrap).toList();
    List<byte[]> results = new ArrayList<>();
    for (int owner : owners) {
      byte[] one = new byte[all.get(owner).getInt()];
      all.get(owner).get(one);
      results.add(one);
    }
    return results;
  }

  /**
   * Does the pieces of this rank and brings numbers together.
   *
   * @param piece does the piece of that number
   * @return what came of every piece, in their order; the same bits on every rank
   */
  public List<double[]> numbers(IntFunction<double[]> piece) {
    List<byte[]> mine = new ArrayList<>();
    for (int number : mine()) {
      mine.add(Doubles.bytes(piece.apply(number)));
    }
    return together(mine).stream().map(Doubles::of).toList();
  }

  /** What each rank has, by rank, in as many calls as the longest needs. */
  private byte[][] whole(byte[] mine) {
    double[][] lengths = ranks.rows(mine.length);
    byte[][] all = new byte[lengths.length][];
    Arrays.setAll(all, rank -> new byte[(int) lengths[rank][0]]);
    int longest = Arrays.stream(all).mapToInt(bytes -> bytes.length).max().orElse(0);
    for (int from = 0; from < longest; from += Exchange.LONGEST) {
      int begin = Math.min(from, mine.length);
      int end = Math.min(from + Exchange.LONGEST, mine.length);
      byte[][] parts = ranks.gather(Arrays.copyOfRange(mine, begin, end));
      for (int rank = 0; rank < parts.length; rank++) {
        System.arraycopy(
            parts[rank], 0, all[rank], Math.min(from, all[rank].length), parts[rank].length);
      }
    }
    return all;
  }
}
