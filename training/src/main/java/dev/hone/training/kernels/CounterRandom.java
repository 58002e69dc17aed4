package dev.hone.training.kernels;

/**
 * Random numbers as a function of (seed, index): no state, so a mask is made again in the backward
 * pass instead of being kept, and every implementation of {@link Kernels} draws the same one. The
 * mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, figure 16).
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 mixed bits. */
  public static long bits(long seed, long index) {
    long z = seed + (index + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The seed whose numbers are those of another from an index on. */
  public static long skip(long seed, long index) {
    return seed + index * GOLDEN_GAMMA;
  }

  /** Uniform in [0, 1), 24 bits: exact in a float. */
  public static float uniform(long seed, long index) {
    return (bits(seed, index) >>> 40) * 0x1p-24f;
  }

  /** Standard normal, by Box and Muller 1958. */
  public static double normal(long seed, long index) {
    double radius = Math.sqrt(-2 * Math.log(1 - (double) uniform(seed, 2 * index)));
    return radius * Math.cos(2 * Math.PI * uniform(seed, 2 * index + 1));
  }
}
