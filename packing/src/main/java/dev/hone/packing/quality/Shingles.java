package dev.hone.packing.quality;

import java.util.function.LongConsumer;

/**
 * Every run of n {@link Words} of a text as a hash. A text of fewer words, but at least one, is one
 * run. Runs of different lengths have different hashes.
 *
 * <p>Worked example: {@code "to be or not"} with n = 3 has the runs "to be or" and "be or not".
 */
public final class Shingles {
  private final long[] last;
  private final LongConsumer consumer;
  private long words;

  private Shingles(int n, LongConsumer consumer) {
    this.last = new long[n];
    this.consumer = consumer;
  }

  /** Hands over the hash of every run, in order; memory does not grow with the text. */
  public static void forEach(String text, int n, LongConsumer consumer) {
    Shingles shingles = new Shingles(n, consumer);
    Words.forEach(text, shingles::add);
    if (shingles.words > 0 && shingles.words < n) {
      consumer.accept(shingles.hash((int) shingles.words));
    }
  }

  private void add(long word) {
    last[(int) (words++ % last.length)] = word;
    if (words >= last.length) {
      consumer.accept(hash(last.length));
    }
  }

  /** The hash of the last so many words. */
  private long hash(int count) {
    long hash = count;
    for (long i = words - count; i < words; i++) {
      hash = Words.mix(hash * 31 + last[(int) (i % last.length)]);
    }
    return hash;
  }
}
