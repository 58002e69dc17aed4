package dev.hone.packing;

/** One sample a pack, in position order: {@code sample_packing: false}. */
public record NoPacking() implements PackingStrategy {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public int[] assign(int[] lengths, int capacity) {
    PackingStrategy.requireFitting(lengths, capacity);
    int[] packs = new int[lengths.length];
    for (int i = 0; i < packs.length; i++) {
      packs[i] = i;
    }
    return packs;
  }
}
