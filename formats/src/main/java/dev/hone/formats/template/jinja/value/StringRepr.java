package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;

/** {@code repr} of a string: quotes, and escapes for what cannot be printed. */
public final class StringRepr {
  private StringRepr() {}

  static void write(Str string, TextBuilder out) {
    String text = string.text();
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(String.valueOf(quote), string.origin());
    int plain = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      String escaped = escape(point, quote);
      if (escaped != null) {
        out.append(string, plain, at);
        out.append(escaped, originAt(string, at));
        plain = next;
      }
      at = next;
    }
    out.append(string, plain, text.length());
    out.append(String.valueOf(quote), string.origin());
  }

  private static Origin originAt(Str string, int offset) {
    Trace trace = string.trace();
    return trace == null ? string.origin() : trace.origin(trace.at(offset));
  }

  private static String escape(int point, char quote) {
    if (point == quote || point == '\\') {
      return "\\" + (char) point;
    }
    if (point >= ' ' && point < 0x7f) {
      return null;
    }
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> {
        if (printable(point)) {
          yield null;
        }
        yield point < 0x100
            ? "\\x%02x".formatted(point)
            : point < 0x10000 ? "\\u%04x".formatted(point) : "\\U%08x".formatted(point);
      }
    };
  }

  /** Python's {@code str.isprintable} of one character. */
  public static boolean printable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }
}
