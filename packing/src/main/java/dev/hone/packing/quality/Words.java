package dev.hone.packing.quality;

import java.util.function.LongConsumer;

/**
 * The words of a text as hashes: runs of letters, digits and marks in lower case, so that case,
 * punctuation and white space make no difference. A character of a script that is written without
 * spaces (Han, Kana, Thai, Lao, Khmer, Burmese) is a word of its own.
 *
 * <p>Worked example: {@code "It's 7 o'clock, 東京!"} has the words it, s, 7, o, clock, 東, 京.
 */
public final class Words {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Words() {}

  /** Hands over the hash of every word, in order. Needs no memory. */
  public static void forEach(String text, LongConsumer consumer) {
    long hash = OFFSET;
    boolean inside = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean letter = Character.isLetterOrDigit(c) || (c >= 0x300 && isMark(c));
      boolean alone = letter && c >= 0xE00 && isAlone(c);
      if (inside && (alone || !letter)) {
        consumer.accept(mix(hash));
        hash = OFFSET;
        inside = false;
      }
      if (alone) {
        consumer.accept(mix((OFFSET ^ c) * PRIME));
      } else if (letter) {
        hash = (hash ^ Character.toLowerCase(c)) * PRIME;
        inside = true;
      }
    }
    if (inside) {
      consumer.accept(mix(hash));
    }
  }

  /** How many words a text has. */
  public static long count(String text) {
    long[] count = {0};
    forEach(text, word -> count[0]++);
    return count[0];
  }

  /** Spreads the bits of a hash over all 64 (the finalizer of MurmurHash3). */
  static long mix(long hash) {
    long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return h ^ (h >>> 33);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isAlone(int c) {
    return c <= 0xEFF // Thai, Lao
        || (c >= 0x1000 && c <= 0x109F) // Burmese
        || (c >= 0x1780 && c <= 0x17FF) // Khmer
        || (c >= 0x3040 && c <= 0x30FF) // Hiragana, Katakana
        || Character.isIdeographic(c);
  }
}
