package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Int;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.List;

/** {@code text.find(part, start, stop)} and its kin; indices count code points. */
final class Searches {
  private Searches() {}

  /** The part of the text in which to search, as UTF-16 offsets; from is behind to if none is. */
  private record Span(String text, int from, int to) {
    static Span of(Call call, Render render) {
      Str text = call.text(0);
      render.search(text.text().length());
      if (call.isNone(2) && call.isNone(3)) {
        return new Span(text.text(), 0, text.text().length());
      }
      int length = text.length();
      long from = call.isNone(2) ? 0 : bound(call.integer(2), length);
      long to = call.isNone(3) ? length : Math.min(length, bound(call.integer(3), length));
      return from > to
          ? new Span(text.text(), 1, 0)
          : new Span(text.text(), text.offset((int) from), text.offset((int) to));
    }

    private static long bound(long index, int length) {
      return index < 0 ? Math.max(0, index + length) : index;
    }

    int points(int offset) {
      return text.codePointCount(0, offset);
    }
  }

  /** Whether the text starts, or ends, with a string or one of a tuple of strings. */
  static boolean starts(Call call, boolean atEnd, Render render) {
    Span span = Span.of(call, render);
    if (call.value(1) instanceof Seq tuple && tuple.isTuple()) {
      return tuple.items().stream().anyMatch(part -> starts(span, string(part), atEnd));
    }
    return starts(span, string(call.value(1)), atEnd);
  }

  private static String string(Value part) {
    if (part instanceof Str text) {
      return text.text();
    }
    throw TemplateException.type(
        "startswith first arg must be str or a tuple of str, not " + part.type());
  }

  private static boolean starts(Span span, String part, boolean atEnd) {
    int room = span.to() - span.from();
    return room >= part.length()
        && span.text().startsWith(part, atEnd ? span.to() - part.length() : span.from());
  }

  /** Index of the first, or last, occurrence; -1 if there is none. */
  static Int find(Call call, boolean last, Render render) {
    String part = call.text(1).text();
    Span span = Span.of(call, render);
    int room = span.to() - span.from() - part.length();
    if (room < 0) {
      return Int.of(-1);
    }
    int at =
        last
            ? span.text().lastIndexOf(part, span.to() - part.length())
            : span.text().indexOf(part, span.from());
    boolean inside = at >= span.from() && at + part.length() <= span.to();
    return Int.of(inside ? span.points(at) : -1);
  }

  /** How often the part occurs without overlap. */
  static Int count(Call call, Render render) {
    String part = call.text(1).text();
    Span span = Span.of(call, render);
    if (span.from() > span.to()) {
      return Int.of(0);
    }
    if (part.isEmpty()) {
      return Int.of(span.points(span.to()) - span.points(span.from()) + 1);
    }
    List<Integer> found =
        Texts.occurrences(span.text().substring(0, span.to()), part, span.from(), -1);
    render.steps(found.size());
    return Int.of(found.size());
  }
}
