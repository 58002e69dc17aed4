package dev.hone.jobs.ui;

import java.util.Locale;

/** Text for a page. */
final class Html {
  private Html() {}

  /** A text that may hold anything, as content or as the value of an attribute. */
  static String text(Object anything) {
    return String.valueOf(anything)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A number with a comma between thousands. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number without its fraction, with a comma between thousands. */
  static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** A measured number, short: {@code 2.00e-05}, {@code 0.6931}, {@code 51.55}, {@code 1,024}. */
  static String number(double value) {
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
  static String numeric(String shown) {
    return "<td class=\"n\">" + shown + "</td>";
  }

  /** A cell with a text that may hold anything. */
  static String cell(Object anything) {
    return "<td>" + text(anything) + "</td>";
  }
}
