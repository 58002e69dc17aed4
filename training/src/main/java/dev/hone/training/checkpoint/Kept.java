package dev.hone.training.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The checkpoints of a run, by their steps, and which of them have to go: the oldest first, but
 * neither the newest nor the best.
 *
 * <p>Example: of 10, 20 and 30, the best of which is 10, a limit of 2 leaves 10 and 30; a limit of
 * 1 leaves the same two.
 */
final class Kept {
  private final NavigableSet<Long> steps = new TreeSet<>();

  void add(long step) {
    steps.add(step);
  }

  /**
   * Takes out what there is no room for.
   *
   * @param limit 0: none
   * @param best empty: none is the best
   */
  List<Long> excess(int limit, OptionalLong best) {
    List<Long> gone = new ArrayList<>();
    for (long step : List.copyOf(steps)) {
      boolean spared = step == steps.last() || best.equals(OptionalLong.of(step));
      if (limit > 0 && steps.size() > limit && !spared) {
        steps.remove(step);
        gone.add(step);
      }
    }
    return gone;
  }
}
