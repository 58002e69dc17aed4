package dev.hone.packing.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The texts that stay, found by their bands. Texts must come in order: one that is a near-duplicate
 * of a text before it that stays does not stay itself.
 *
 * <p>Worked example: of A, B, C, where A and B are alike, and B and C, but not A and C, B goes and
 * C stays.
 */
public final class NearIndex {
  /** Texts that are compared in one bucket at most, so that a common phrase costs no square. */
  static final int BUCKET = 128;

  private static final int[] NONE = {0};

  private final double threshold;
  private final List<String> names = new ArrayList<>();
  private final List<Sketch> sketches = new ArrayList<>();

  /** Of a band and its hash: how many texts have it, and their numbers. */
  private final Map<Long, int[]> buckets = new HashMap<>();

  public NearIndex(double threshold) {
    this.threshold = threshold;
  }

  /**
   * A text that stays.
   *
   * @param name what {@link Twin} calls it
   */
  public record Twin(String name, double similarity) {}

  /** The first text within the threshold that stays. */
  public Optional<Twin> find(int[] bands, Sketch sketch) {
    int last = -1;
    for (int candidate : candidates(bands)) {
      if (candidate != last) {
        double similarity = sketch.similarity(sketches.get(candidate));
        if (similarity >= threshold) {
          return Optional.of(new Twin(names.get(candidate), similarity));
        }
      }
      last = candidate;
    }
    return Optional.empty();
  }

  /** Ascending; one that shares several bands comes several times. */
  private int[] candidates(int[] bands) {
    int[] candidates = new int[bands.length * BUCKET];
    int count = 0;
    for (int band = 0; band < bands.length; band++) {
      int[] bucket = buckets.getOrDefault(key(band, bands), NONE);
      System.arraycopy(bucket, 1, candidates, count, bucket[0]);
      count += bucket[0];
    }
    Arrays.sort(candidates, 0, count);
    return Arrays.copyOf(candidates, count);
  }

  /** Adds a text that stays. */
  public void add(String name, int[] bands, Sketch sketch) {
    int number = names.size();
    names.add(name);
    sketches.add(sketch);
    for (int band = 0; band < bands.length; band++) {
      buckets.compute(key(band, bands), (key, bucket) -> with(bucket, number));
    }
  }

  private static int[] with(int[] bucket, int number) {
    if (bucket == null) {
      return new int[] {1, number};
    }
    if (bucket[0] == BUCKET) {
      return bucket;
    }
    int[] larger =
        bucket[0] + 1 < bucket.length ? bucket : Arrays.copyOf(bucket, 2 * bucket.length);
    larger[++larger[0]] = number;
    return larger;
  }

  private static long key(int band, int[] bands) {
    return ((long) band << 32) | (bands[band] & 0xffffffffL);
  }
}
