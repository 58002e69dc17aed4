package dev.hone.packing;

import java.util.Arrays;
import java.util.TreeSet;

/**
 * Best-fit decreasing bin packing in O(n log n): samples from the longest to the shortest, each
 * into the open pack that it fills best, a new pack if it fits in none. Equal lengths go by
 * position, equally full packs by age, so the result depends on the lengths alone.
 *
 * <p>Worked example, capacity 10: lengths {@code 3 7 5 2 6} are taken as 7, 6, 5, 3, 2. 7 opens A,
 * 6 opens B, 5 opens C; 3 fits A exactly (10 of 10); 2 fits best in B (8 of 10; C would be left
 * with 5). Numbered by first sample: A holds positions 0 and 1, C position 2, B positions 3 and 4,
 * that is {@code 0 0 1 2 2}.
 *
 * <p>Johnson, Near-optimal bin packing algorithms (1973): at most 11/9 of the optimal number of
 * packs plus a constant.
 */
public record BestFitDecreasing() implements PackingStrategy {

  @Override
  public String name() {
    return "best_fit_decreasing";
  }

  @Override
  public int[] assign(int[] lengths, int capacity) {
    PackingStrategy.requireFitting(lengths, capacity);
    int[] packs = new int[lengths.length];
    // Open packs as (room left, pack) in one long: the ceiling of (length, 0) is the best fit.
    TreeSet<Long> open = new TreeSet<>();
    int count = 0;
    for (int sample : longestFirst(lengths)) {
      int length = lengths[sample];
      Long best = open.ceiling(key(length, 0));
      int pack;
      int room;
      if (best == null) {
        pack = count++;
        room = capacity - length;
      } else {
        open.remove(best);
        pack = best.intValue();
        room = (int) (best >>> Integer.SIZE) - length;
      }
      packs[sample] = pack;
      if (room > 0) {
        open.add(key(room, pack));
      }
    }
    return numberedByFirstSample(packs, count);
  }

  /** Positions by falling length; a sort of primitives, stable because position is in the key. */
  private static int[] longestFirst(int[] lengths) {
    long[] keys = new long[lengths.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(Integer.MAX_VALUE - lengths[i], i);
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  private static long key(int high, int low) {
    return ((long) high << Integer.SIZE) | low;
  }

  private static int[] numberedByFirstSample(int[] packs, int count) {
    int[] numbers = new int[count];
    Arrays.fill(numbers, -1);
    int next = 0;
    for (int i = 0; i < packs.length; i++) {
      if (numbers[packs[i]] < 0) {
        numbers[packs[i]] = next++;
      }
      packs[i] = numbers[packs[i]];
    }
    return packs;
  }
}
