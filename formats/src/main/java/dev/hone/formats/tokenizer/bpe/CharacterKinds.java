package dev.hone.formats.tokenizer.bpe;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * What the Rust tokenizers take a character for. Its regular expressions, its test for digits and
 * its normalizer each know another version of Unicode, none of them that of the JVM, so that this
 * is a table of its own: {@code kinds.txt} holds {@code START KINDS} for every stretch of
 * characters, {@code L} letter, {@code N} number, {@code S} white space, {@code D} digit, {@code C}
 * may change under NFC, {@code U} unknown to the normalizer. The test of this class asks the
 * library about every character.
 */
final class CharacterKinds {
  static final int LETTER = 1;
  static final int NUMBER = 2;
  static final int SPACE = 4;

  /** For the pre-tokenizer Digits, whose characters are almost those of {@link #NUMBER}. */
  static final int DIGIT = 8;

  /** May be changed by NFC, alone or next to others. */
  static final int COMPOSES = 16;

  /** Newer than Unicode 12: what NFC makes of it is not known. */
  static final int UNKNOWN = 32;

  /** Set for both halves of a surrogate pair: the kinds are those of the pair. */
  private static final int HALF = 128;

  private static final byte[] KINDS = read();

  private CharacterKinds() {}

  /** The kinds of the character at an index of a text without unpaired surrogates. */
  static int at(char[] text, int index) {
    int kinds = KINDS[text[index]];
    return kinds >= 0 ? kinds : KINDS[Character.toCodePoint(text[index], text[index + 1])];
  }

  /** Whether a unit is white space, of which there is none that takes two. */
  static boolean isSpace(char unit) {
    return (KINDS[unit] & SPACE) != 0;
  }

  /** Units of the character at an index: 1 or 2. */
  static int units(char[] text, int index) {
    return KINDS[text[index]] >= 0 ? 1 : 2;
  }

  /**
   * Where the characters end of which some kinds are as wanted.
   *
   * @param mask the kinds that count
   * @param wanted those of them that each character has; it has none of the others
   */
  static int run(char[] text, int from, int end, int mask, int wanted) {
    int at = from;
    while (at < end) {
      int kinds = KINDS[text[at]];
      if (kinds >= 0) {
        if ((kinds & mask) != wanted) {
          return at;
        }
        at++;
      } else {
        if ((at(text, at) & mask) != wanted) {
          return at;
        }
        at += 2;
      }
    }
    return at;
  }

  /** All kinds that occur in a text. */
  static int all(char[] text, int length) {
    int all = 0;
    int at = 0;
    while (at < length) {
      int kinds = KINDS[text[at]];
      if (kinds >= 0) {
        all |= kinds;
        at++;
      } else {
        all |= at(text, at);
        at += 2;
      }
    }
    return all;
  }

  private static byte[] read() {
    byte[] kinds = new byte[Character.MAX_CODE_POINT + 1];
    int at = 0;
    int current = 0;
    for (String line : resource().lines().toList()) {
      int space = line.indexOf(' ');
      int start = Integer.parseInt(line, 0, space, 16);
      while (at < start) {
        kinds[at++] = (byte) current;
      }
      current = 0;
      for (int i = space + 1; i < line.length(); i++) {
        int kind = "LNSDCU".indexOf(line.charAt(i));
        current |= kind < 0 ? 0 : 1 << kind;
      }
    }
    while (at < kinds.length) {
      kinds[at++] = (byte) current;
    }
    for (int half = Character.MIN_SURROGATE; half <= Character.MAX_SURROGATE; half++) {
      kinds[half] = (byte) HALF;
    }
    return kinds;
  }

  private static String resource() {
    try (InputStream file = CharacterKinds.class.getResourceAsStream("kinds.txt")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading kinds.txt", e);
    }
  }
}
