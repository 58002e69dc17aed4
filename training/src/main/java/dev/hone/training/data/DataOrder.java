package dev.hone.training.data;

/**
 * The order in which the packs of an epoch are read. It depends on the seed and the epoch alone, so
 * a run can be repeated, continued anywhere and split over any number of ranks; and any place of it
 * is computed by itself, without a list of all packs in memory.
 *
 * <p>The permutation is a Feistel network (Luby and Rackoff 1988) of {@value #ROUNDS} rounds on the
 * smallest even number of bits that holds every pack number, with the mixing step of SplitMix64
 * (Steele et al. 2014) as round function; a result that is no pack number goes through the network
 * again until it is one ("cycle walking", Black and Rogaway 2002), which takes fewer than four
 * rounds on average because at most three in four numbers are none.
 */
public final class DataOrder {
  private static final int ROUNDS = 8;

  private final long packs;
  private final boolean fileOrder;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  private DataOrder(long packs, boolean fileOrder, long seed, long epoch) {
    this.packs = packs;
    this.fileOrder = fileOrder;
    int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(Math.max(0, packs - 1)));
    this.halfBits = (bits + 1) / 2;
    long state = mix(seed) ^ mix(~epoch);
    for (int round = 0; round < ROUNDS; round++) {
      state = mix(state + round);
      keys[round] = state;
    }
  }

  /** The permutation of one epoch. */
  public static DataOrder shuffled(long packs, long seed, long epoch) {
    return new DataOrder(packs, false, seed, epoch);
  }

  /** The order of the table, in every epoch. */
  public static DataOrder asWritten(long packs) {
    return new DataOrder(packs, true, 0, 0);
  }

  /**
   * The pack that is read at a place.
   *
   * @param place from 0 to the number of packs, exclusive
   */
  public long pack(long place) {
    if (place < 0 || place >= packs) {
      throw new IndexOutOfBoundsException("place " + place + " of " + packs + " packs");
    }
    if (fileOrder) {
      return place;
    }
    long number = permute(place);
    while (number >= packs) {
      number = permute(number);
    }
    return number;
  }

  private long permute(long number) {
    long mask = (1L << halfBits) - 1;
    long left = number >>> halfBits;
    long right = number & mask;
    for (long key : keys) {
      long next = left ^ (mix(right ^ key) & mask);
      left = right;
      right = next;
    }
    return (left << halfBits) | right;
  }

  /** The output function of SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
