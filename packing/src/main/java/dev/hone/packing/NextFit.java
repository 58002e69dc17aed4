package dev.hone.packing;

/**
 * Next fit in position order: a pack is closed by the first sample that does not fit. Fuller packs
 * are possible ({@link BestFitDecreasing}), but only this one trains a curriculum in its own order.
 *
 * <p>Worked example, capacity 10: lengths {@code 3 7 5 2 6} give {@code 0 0 1 1 2}.
 */
public record NextFit() implements PackingStrategy {

  @Override
  public String name() {
    return "next_fit";
  }

  @Override
  public int[] assign(int[] lengths, int capacity) {
    PackingStrategy.requireFitting(lengths, capacity);
    int[] packs = new int[lengths.length];
    int pack = 0;
    int used = 0;
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] > capacity - used) {
        pack++;
        used = 0;
      }
      packs[i] = pack;
      used += lengths[i];
    }
    return packs;
  }
}
