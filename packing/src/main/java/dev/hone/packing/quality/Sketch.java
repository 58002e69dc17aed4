package dev.hone.packing.quality;

import java.util.Arrays;

/**
 * The 1,024 smallest hashes of the shingles of a text: 4 KB at most, of a line or of a book. The
 * similarity of two texts of no more shingles is exact, and otherwise estimated to about 0.01.
 */
public final class Sketch {
  static final int SIZE = 1024;

  private final int[] smallest;

  /**
   * @param smallest as {@link #values} gave them
   */
  public Sketch(int[] smallest) {
    this.smallest = smallest;
  }

  /** The sketch of a text. */
  public static Sketch of(String text, int shingle) {
    Builder builder = new Builder();
    Shingles.forEach(text, shingle, hash -> builder.add((int) (hash >>> 32)));
    return new Sketch(builder.smallest());
  }

  /** Ascending, each once. */
  public int[] values() {
    return smallest;
  }

  /**
   * Jaccard similarity: shingles that both have, as a part of those that either has. 0 if neither
   * has any.
   *
   * <p>Worked example: with shingles of 1 word, {@code "a b c"} and {@code "b c d"} are 2 / 4
   * alike.
   */
  public double similarity(Sketch other) {
    int[] a = smallest;
    int[] b = other.smallest;
    int i = 0;
    int j = 0;
    int both = 0;
    int either = 0;
    for (; either < SIZE && (i < a.length || j < b.length); either++) {
      if (j == b.length || (i < a.length && a[i] < b[j])) {
        i++;
      } else if (i == a.length || b[j] < a[i]) {
        j++;
      } else {
        both++;
        i++;
        j++;
      }
    }
    return either == 0 ? 0 : (double) both / either;
  }

  /** Keeps the smallest of any number of hashes in bounded memory. */
  private static final class Builder {
    private final int[] hashes = new int[4 * SIZE];
    private int count;

    void add(int hash) {
      if (count == hashes.length) {
        compact();
      }
      hashes[count++] = hash;
    }

    private void compact() {
      Arrays.sort(hashes, 0, count);
      int distinct = 0;
      for (int i = 0; i < count && distinct < SIZE; i++) {
        if (distinct == 0 || hashes[i] != hashes[distinct - 1]) {
          hashes[distinct++] = hashes[i];
        }
      }
      count = distinct;
    }

    int[] smallest() {
      compact();
      return Arrays.copyOf(hashes, count);
    }
  }
}
