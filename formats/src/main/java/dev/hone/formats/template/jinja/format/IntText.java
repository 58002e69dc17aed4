package dev.hone.formats.template.jinja.format;

import dev.hone.formats.template.jinja.value.Int;
import java.util.Locale;

/** Digits of whole numbers. */
final class IntText {
  private IntText() {}

  /** Digits without a sign, in the base of a format letter. */
  static String digits(Int number, char letter) {
    String text =
        switch (letter) {
          case 'b' -> number.asBig().toString(2);
          case 'o' -> number.asBig().toString(8);
          case 'x' -> number.asBig().toString(16);
          case 'X' -> upper(number.asBig().toString(16));
          default -> number.digits();
        };
    return text.startsWith("-") ? text.substring(1) : text;
  }

  /** What {@code #} puts in front. */
  static String prefix(char letter) {
    return "boxX".indexOf(letter) < 0 ? "" : "0" + letter;
  }

  /** Groups of digits left of the point: 1,234,567.5. */
  static String grouped(String digits, char separator, int size) {
    int end = 0;
    while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0) {
      end++;
    }
    StringBuilder text = new StringBuilder(digits);
    for (int at = end - size; at > 0; at -= size) {
      text.insert(at, separator);
    }
    return text.toString();
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }
}
