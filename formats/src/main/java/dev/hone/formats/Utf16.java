package dev.hone.formats;

/** Text as Java holds it, where it may be no text that UTF-8 can write. */
public final class Utf16 {
  private Utf16() {}

  /** Index of the first half of a surrogate pair that stands alone; -1 if there is none. */
  public static int unpairedSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (i + 1 == text.length()
          || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
        return i;
      }
      i++;
    }
    return -1;
  }
}
