package dev.hone.formats.tokenizer.bpe;

/**
 * Bytes to text as Rust does it: one replacement character for every longest run of bytes that
 * could have begun a character. Java's decoder counts some of them otherwise.
 */
public final class LossyUtf8 {
  private static final char REPLACEMENT = '\ufffd';

  private LossyUtf8() {}

  /** The text of some bytes, whatever they are. */
  public static String text(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int first = bytes[at] & 0xff;
      int more = more(first);
      int codePoint = more == 0 ? first : first & (0x3f >> more);
      int read = 1;
      while (read <= more && at + read < bytes.length && follows(first, read, bytes[at + read])) {
        codePoint = (codePoint << 6) | (bytes[at + read] & 0x3f);
        read++;
      }
      if (more >= 0 && read == more + 1) {
        text.appendCodePoint(codePoint);
      } else {
        text.append(REPLACEMENT);
      }
      at += read;
    }
    return text.toString();
  }

  /** Bytes that follow a first one; -1: it begins no character. */
  private static int more(int first) {
    if (first < 0x80) {
      return 0;
    }
    if (first < 0xc2 || first > 0xf4) {
      return -1;
    }
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  }

  /** Whether a byte may be the second, third or fourth; long spellings and surrogates are none. */
  private static boolean follows(int first, int place, byte value) {
    int least = 0x80;
    int most = 0xbf;
    if (place == 1) {
      least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : least;
      most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : most;
    }
    int unsigned = value & 0xff;
    return unsigned >= least && unsigned <= most;
  }
}
