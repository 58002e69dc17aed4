package dev.hone.formats.template.jinja.syntax;

import dev.hone.formats.template.jinja.core.TemplateException;

/** Escapes of string literals, which are Python's: an unknown one stays as it is. */
final class StringLiteral {
  private StringLiteral() {}

  static String unescape(String body, int line) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder text = new StringBuilder(body.length());
    for (int at = 0; at < body.length(); ) {
      char c = body.charAt(at);
      at = c == '\\' && at + 1 < body.length() ? escape(body, at + 1, text, line) : at + 1;
      if (c != '\\') {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** Appends what the escape after a backslash means; returns the offset after it. */
  private static int escape(String body, int at, StringBuilder text, int line) {
    char c = body.charAt(at);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> text.append(c);
      case 'a' -> text.append('\u0007');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'v' -> text.append('\u000b');
      case 'x' -> {
        return hex(body, at, 2, "truncated \\xXX escape", text, line);
      }
      case 'u' -> {
        return hex(body, at, 4, "truncated \\uXXXX escape", text, line);
      }
      case 'U' -> {
        return hex(body, at, 8, "truncated \\UXXXXXXXX escape", text, line);
      }
      case 'N' -> {
        return named(body, at, text, line);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        return octal(body, at, text);
      }
      default -> {
        return unknown(body, at, text);
      }
    }
    return at + 1;
  }

  /**
   * Jinja lets Python read the literal as ASCII, where a character beyond it is itself an escape.
   */
  private static int unknown(String body, int at, StringBuilder text) {
    int point = body.codePointAt(at);
    text.append('\\');
    if (point < 0x80) {
      text.append((char) point);
    } else {
      text.append((point < 0x100 ? "x%02x" : point < 0x10000 ? "u%04x" : "U%08x").formatted(point));
    }
    return at + Character.charCount(point);
  }

  private static int hex(
      String body, int at, int digits, String problem, StringBuilder text, int line) {
    int end = at + 1 + digits;
    int point = 0;
    for (int i = at + 1; i < end; i++) {
      int digit = i < body.length() ? Character.digit(body.charAt(i), 16) : -1;
      if (digit < 0 || point > 0x10ffff) {
        throw TemplateException.syntax(problem, line);
      }
      point = point * 16 + digit;
    }
    if (!Character.isValidCodePoint(point)) {
      throw TemplateException.syntax("illegal Unicode character", line);
    }
    text.appendCodePoint(point);
    return end;
  }

  private static int octal(String body, int at, StringBuilder text) {
    int point = 0;
    int end = at;
    while (end < Math.min(body.length(), at + 3) && Character.digit(body.charAt(end), 8) >= 0) {
      point = point * 8 + Character.digit(body.charAt(end++), 8);
    }
    text.appendCodePoint(point);
    return end;
  }

  private static int named(String body, int at, StringBuilder text, int line) {
    int close = body.indexOf('}', at);
    if (!body.startsWith("{", at + 1) || close < 0) {
      throw TemplateException.syntax("malformed \\N character escape", line);
    }
    try {
      text.appendCodePoint(Character.codePointOf(body.substring(at + 2, close)));
    } catch (IllegalArgumentException e) {
      throw TemplateException.syntax("unknown Unicode character name", line);
    }
    return close + 1;
  }
}
