package dev.hone.formats.model.gguf;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's spelling of bytes as printable characters, in which byte-level vocabularies are written:
 * a byte that is a printable Latin-1 character is itself, the others are U+0100 and on in order. A
 * space is Ġ, a line feed Ċ.
 */
final class ByteAlphabet {
  private static final int LAST = 0x100 + 67;

  private ByteAlphabet() {}

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
  }

  /** Whether all of the text's characters are spellings of bytes. */
  static boolean spells(String text) {
    return text.chars().allMatch(c -> isPrintable(c) || (c >= 0x100 && c <= LAST));
  }

  /** The text's UTF-8 bytes, spelled. */
  static String spell(String text) {
    StringBuilder spelled = new StringBuilder();
    for (byte signed : text.getBytes(StandardCharsets.UTF_8)) {
      int b = Byte.toUnsignedInt(signed);
      spelled.append(isPrintable(b) ? (char) b : shifted(b));
    }
    return spelled.toString();
  }

  private static char shifted(int b) {
    int unprintable = 0;
    for (int lower = 0; lower < b; lower++) {
      if (!isPrintable(lower)) {
        unprintable++;
      }
    }
    return (char) (0x100 + unprintable);
  }
}
