package dev.hone.training.collective;

import java.util.stream.IntStream;

/**
 * Which parts of the numbers leave a rank for the next one in the course of a call, and which enter
 * from the one before, in order. What enters leaves again later, but for what has arrived.
 *
 * <p>Example: rank 1 of 3, reduce-scatter. Part 0 leaves, part 2 enters; part 2 leaves, summed, and
 * part 1 enters: its sum is complete.
 *
 * @param cuts where parts begin and end
 * @param leaving parts that leave
 * @param entering parts that enter
 * @param own how many of the leaving ones need not enter first
 */
record Course(int[] cuts, int[] leaving, int[] entering, int own) {

  /** Every part goes around once and is summed on the way, and ends at its own rank. */
  static Course reduceScatter(int rank, int size, int[] cuts) {
    return new Course(cuts, backwards(rank - 1, size), backwards(rank - 2, size), 1);
  }

  /** Every part goes from its own rank to the one before it. */
  static Course allGather(int rank, int size, int[] cuts) {
    return new Course(cuts, backwards(rank, size), backwards(rank - 1, size), 1);
  }

  /** One part goes from the root to the rank before it. */
  static Course broadcast(int rank, int size, int root, int length) {
    int[] all = {0};
    int[] none = {};
    boolean last = (rank + 1) % size == root;
    boolean first = rank == root;
    return new Course(new int[] {0, length}, last ? none : all, first ? none : all, first ? 1 : 0);
  }

  /** How many chunks may leave before any has entered. */
  int ownChunks(int chunk) {
    int chunks = 0;
    for (int i = 0; i < own; i++) {
      int length = cuts[leaving[i] + 1] - cuts[leaving[i]];
      chunks -= Math.floorDiv(-length, chunk);
    }
    return chunks;
  }

  private static int[] backwards(int first, int size) {
    return IntStream.range(0, size - 1).map(i -> Math.floorMod(first - i, size)).toArray();
  }
}
