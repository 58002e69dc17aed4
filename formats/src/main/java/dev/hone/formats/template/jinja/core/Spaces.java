package dev.hone.formats.template.jinja.core;

/** White space as Python has it: also U+0085, U+00A0 and the separators U+001C to U+001F. */
public final class Spaces {
  private Spaces() {}

  /** Python's {@code str.isspace} of one character; none lies beyond the basic plane. */
  public static boolean isSpace(char c) {
    if (c < 0x80) {
      return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    }
    return c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** The offset of the first character from an offset on that is no white space. */
  public static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** The offset after the last character before an offset that is no white space. */
  public static int skipBack(String text, int to) {
    int at = to;
    while (at > 0 && isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  public static String stripTrailing(String text) {
    return text.substring(0, skipBack(text, text.length()));
  }

  /** Whether nothing but white space, and some of it, follows an offset. */
  public static boolean isBlank(String text, int from) {
    return from < text.length() && skip(text, from) == text.length();
  }
}
