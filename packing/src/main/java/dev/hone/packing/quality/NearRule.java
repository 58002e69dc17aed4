package dev.hone.packing.quality;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What makes two texts near-duplicates, and how such pairs are found: MinHash, whose values are
 * taken together in bands. Texts that have a whole band in common are compared.
 *
 * <p>Worked example: threshold 0.8 and 128 hashes give 21 bands of 6. A pair of similarity 0.8
 * shares one with 1 - (1 - 0.8^6)^21 = 99.8 %, one of 0.4 with 8 %.
 *
 * @param threshold {@code near_deduplication_threshold}: the part of the shingles of both texts
 *     that both have, from which on they are near-duplicates
 * @param shingle {@code near_deduplication_shingle}: words in a shingle
 * @param hashes {@code near_deduplication_num_hashes}: hash values a text has at most
 */
public record NearRule(double threshold, int shingle, int hashes) implements Serializable {
  /** A pair at the threshold is found with at least this probability. */
  private static final double FOUND = 0.99;

  /** Hash values in a band: as many as still find what is to be found. */
  public int rows() {
    int rows = 1;
    while (rows < hashes && found(rows + 1) >= FOUND) {
      rows++;
    }
    return rows;
  }

  private double found(int rows) {
    return 1 - Math.pow(1 - Math.pow(threshold, rows), Math.floorDiv(hashes, rows));
  }

  public int bands() {
    return hashes / rows();
  }

  /** What decides {@link Hasher#bands}: texts hashed under one name can be compared. */
  public String name() {
    return "minhash-1, shingles of %d words, %d bands of %d".formatted(shingle, bands(), rows());
  }

  /** The hashes of bands, computed by one task. */
  public Hasher hasher() {
    return new Hasher(this);
  }

  /** Not thread safe. */
  public static final class Hasher {
    private final int shingle;
    private final int rows;
    private final long[] factors;
    private final long[] summands;
    private final long[] smallest;

    private Hasher(NearRule rule) {
      shingle = rule.shingle();
      rows = rule.rows();
      int values = rule.bands() * rows;
      factors = new long[values];
      summands = new long[values];
      smallest = new long[values];
      for (int i = 0; i < values; i++) {
        factors[i] = Words.mix(2L * i + 1) | 1;
        summands[i] = Words.mix(-2L * i - 2);
      }
    }

    /** A hash for each band of a text; none if it has no word. */
    public int[] bands(String text) {
      Arrays.fill(smallest, Long.MAX_VALUE);
      Shingles.forEach(text, shingle, this::add);
      if (smallest[0] == Long.MAX_VALUE) {
        return new int[0];
      }
      int[] bands = new int[smallest.length / rows];
      for (int band = 0; band < bands.length; band++) {
        long hash = band;
        for (int row = 0; row < rows; row++) {
          hash = Words.mix(hash * 31 + smallest[band * rows + row]);
        }
        bands[band] = (int) (hash >>> 32);
      }
      return bands;
    }

    private void add(long shingleHash) {
      for (int i = 0; i < smallest.length; i++) {
        smallest[i] = Math.min(smallest[i], (factors[i] * shingleHash + summands[i]) >>> 32);
      }
    }
  }
}
