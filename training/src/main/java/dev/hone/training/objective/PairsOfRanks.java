package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The pairs of a global batch, for losses that compare them with each other.
 *
 * @param all in the order of the batch
 * @param before how many come before those of this rank
 */
record PairsOfRanks(List<Pair> all, int before) {
  /** Numbers that say an answer. */
  private static final int OF_ANSWER = 3;

  /** Tells the other ranks of some pairs, and hears of theirs. */
  static PairsOfRanks gather(List<Pair> mine, Exchange ranks) {
    double[][] rows = ranks.rows(mine.stream().flatMapToDouble(PairsOfRanks::numbers).toArray());
    List<Pair> all = new ArrayList<>();
    int before = 0;
    for (int rank = 0; rank < rows.length; rank++) {
      before = rank == ranks.rank() ? all.size() : before;
      for (int i = 0; i < rows[rank].length; i += 2 * OF_ANSWER) {
        all.add(new Pair(answer(rows[rank], i), answer(rows[rank], i + OF_ANSWER)));
      }
    }
    return new PairsOfRanks(all, before);
  }

  private static DoubleStream numbers(Pair pair) {
    return Stream.of(pair.chosen(), pair.rejected())
        .flatMapToDouble(a -> DoubleStream.of(a.logp(), a.reference(), a.tokens()));
  }

  private static Answer answer(double[] row, int at) {
    return new Answer(row[at], row[at + 1], (int) row[at + 2]);
  }
}
