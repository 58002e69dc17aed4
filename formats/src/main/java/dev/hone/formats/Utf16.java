package dev.hone.formats;

/** Text as Java holds it, where it may be no text that UTF-8 can write. */
public final class Utf16 {
  private Utf16() {}

  /** Index of the first half of a surrogate pair that stands alone; -1 if there is none. */
  public static int unpairedSurrogate(String text) {
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      // A pair is read as one code point above the surrogates; a half is read as itself.
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return at;
      }
      at += Character.charCount(codePoint);
    }
    return -1;
  }
}
