package dev.hone.training.distributed;

import dev.hone.formats.tables.RankRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds ranks that keep the others waiting: those that compute 1.5 times as long as the median of
 * the others, line of metrics by line, three times one after the other and for more than a second
 * in all. It is told once of each, and again when three lines were not so.
 *
 * <p>Example: ranks that compute 1, 1 and 2 s a step, with a line each step: the third is found at
 * the third line.
 */
final class Stragglers {
  private static final double TIMES = 1.5;
  private static final int LINES = 3;
  private static final double LOST_SECONDS = 1;

  private final Map<Integer, Integer> lines = new HashMap<>();
  private final Map<Integer, Double> lost = new HashMap<>();
  private final Set<Integer> known = new HashSet<>();

  /**
   * Takes in a line.
   *
   * @param steps that it is of
   * @param ranks all
   * @return what has changed
   */
  List<Straggler> add(long steps, List<RankRow> ranks) {
    List<Straggler> changed = new ArrayList<>();
    if (ranks.size() < 2) {
      return changed;
    }
    for (RankRow row : ranks) {
      int rank = row.rank();
      double others = medianOfOthers(ranks, rank);
      boolean slow = row.stepSeconds() > TIMES * others;
      if (slow == known.contains(rank)) {
        lines.remove(rank);
        lost.remove(rank);
        continue;
      }
      int seen = lines.merge(rank, 1, Integer::sum);
      double excess = lost.merge(rank, steps * (row.stepSeconds() - others), Double::sum);
      if (seen >= LINES && (!slow || excess > LOST_SECONDS)) {
        lines.remove(rank);
        lost.remove(rank);
        if (slow) {
          known.add(rank);
        } else {
          known.remove(rank);
        }
        changed.add(
            new Straggler(rank, row.host(), row.executorId(), row.stepSeconds(), others, !slow));
      }
    }
    return changed;
  }

  private static double medianOfOthers(List<RankRow> ranks, int rank) {
    double[] others =
        ranks.stream()
            .filter(row -> row.rank() != rank)
            .mapToDouble(RankRow::stepSeconds)
            .sorted()
            .toArray();
    int middle = others.length / 2;
    return others.length % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2;
  }
}
