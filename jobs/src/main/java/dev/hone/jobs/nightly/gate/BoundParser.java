package dev.hone.jobs.nightly.gate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@link Bound} by recursive descent.
 *
 * <pre>
 * sum     = product { ("+" | "-") product }
 * product = value { ("*" | "/") value }
 * value   = number | "current" | "(" sum ")" | "-" value
 * </pre>
 */
final class BoundParser {
  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
  private static final String CURRENT = "current";

  private final String text;
  private int at;

  private BoundParser(String text) {
    this.text = text;
  }

  /**
   * Reads a whole text.
   *
   * @throws IllegalArgumentException saying what is wrong and where
   */
  static Bound parse(String text) {
    BoundParser parser = new BoundParser(text);
    Bound bound = parser.sum();
    if (parser.peek() != 0) {
      throw parser.unexpected();
    }
    return bound;
  }

  private Bound sum() {
    Bound left = product();
    while (peek() == '+' || peek() == '-') {
      left = new Bound.Operation(text.charAt(at++), left, product());
    }
    return left;
  }

  private Bound product() {
    Bound left = value();
    while (peek() == '*' || peek() == '/') {
      left = new Bound.Operation(text.charAt(at++), left, value());
    }
    return left;
  }

  private Bound value() {
    char next = peek();
    if (next == '-') {
      at++;
      return new Bound.Operation('-', new Bound.Constant(0), value());
    }
    if (next == '(') {
      at++;
      Bound inner = sum();
      if (peek() != ')') {
        throw unexpected();
      }
      at++;
      return inner;
    }
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (number.lookingAt()) {
      at = number.end();
      return new Bound.Constant(Double.parseDouble(number.group()));
    }
    if (text.startsWith(CURRENT, at)) {
      at += CURRENT.length();
      return new Bound.Current();
    }
    throw unexpected();
  }

  /** The next character that is no space; 0 at the end. */
  private char peek() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private IllegalArgumentException unexpected() {
    String found = peek() == 0 ? "the end" : "'" + text.substring(at) + "'";
    return new IllegalArgumentException(
        "expected a number, current or an operator, and found " + found);
  }
}
