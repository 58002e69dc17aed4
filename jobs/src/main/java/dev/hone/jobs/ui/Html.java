package dev.hone.jobs.ui;

import java.util.Locale;

/** Text for a page. */
public final class Html {
  /** Where Unicode has the signs for control characters, in their order. */
  private static final int CONTROL_PICTURES = 0x2400;

  private Html() {}

  /**
   * A text that may hold anything, as content or as the value of an attribute. A control character,
   * which no page may hold, is shown by the sign for it.
   *
   * <p>Example: a less-than sign is {@literal &}lt;, and a null byte is U+2400.
   */
  public static String text(Object anything) {
    return printable(String.valueOf(anything))
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c < ' ' && c != '\n' && c != '\t' && c != '\r') {
                shown.appendCodePoint(CONTROL_PICTURES + c);
              } else if (Character.getType(c) == Character.SURROGATE
                  || c == 0xfffe
                  || c == 0xffff) {
                shown.append('\ufffd');
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  /** A number with a comma between thousands. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number without its fraction, with a comma between thousands. */
  public static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** A measured number, short: {@code 2.00e-05}, {@code 0.6931}, {@code 51.55}, {@code 1,024}. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (size >= 1000) {
      return count(value);
    }
    if (size != 0 && size < 1e-3) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.1f" : size >= 10 ? "%.2f" : "%.4f", value);
  }

  /** A cell with a number, which is set to the right. */
  public static String numeric(String shown) {
    return "<td class=\"n\">" + shown + "</td>";
  }

  /** A cell with a text that may hold anything. */
  public static String cell(Object anything) {
    return "<td>" + text(anything) + "</td>";
  }
}
