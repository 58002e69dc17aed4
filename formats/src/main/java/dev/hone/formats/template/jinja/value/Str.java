package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.function.UnaryOperator;

/**
 * A string whose characters know their origins.
 *
 * <p>Offsets named {@code from} and {@code to} are UTF-16 units; an index of a template counts code
 * points, and {@link #offset} converts it.
 */
public final class Str extends Value {
  public static final Str EMPTY = of("", null);

  private final String text;
  private final Origin origin;
  private final Trace trace;
  private final boolean markup;

  /** Code points, counted when first asked for; threads that count at once count the same. */
  private int length = -1;

  /**
   * @param origin of every character if trace is null; null is a literal of the template
   * @param trace origins run by run; null if there is only one
   * @param markup whether it is marked as safe HTML (markupsafe's {@code Markup})
   */
  Str(String text, Origin origin, Trace trace, boolean markup) {
    this.text = text;
    this.origin = origin;
    this.trace = trace;
    this.markup = markup;
  }

  public static Str of(String text, Origin origin) {
    return new Str(text, origin, null, false);
  }

  public String text() {
    return text;
  }

  /** Whether its characters have more than one origin. */
  public boolean isMixed() {
    return trace != null;
  }

  Trace trace() {
    return trace;
  }

  public boolean markup() {
    return markup;
  }

  /** The same characters, marked as safe HTML or not. */
  public Str withMarkup(boolean safe) {
    return safe == markup ? this : new Str(text, origin, trace, safe);
  }

  @Override
  public String type() {
    return markup ? "Markup" : "str";
  }

  @Override
  public boolean truth() {
    return !text.isEmpty();
  }

  /** The main origin: of the first characters that are not the template's. */
  @Override
  public Origin origin() {
    return trace == null ? origin : trace.main();
  }

  @Override
  public Str str(Render render) {
    return withMarkup(false);
  }

  /** Code points. */
  @Override
  public int length() {
    if (length < 0) {
      length = text.codePointCount(0, text.length());
    }
    return length;
  }

  /** UTF-16 offset of a code point index within the string. */
  public int offset(int index) {
    return length() == text.length() ? index : text.offsetByCodePoints(0, index);
  }

  /** The characters between two UTF-16 offsets. */
  public Str slice(int from, int to) {
    if (from == 0 && to == text.length()) {
      return this;
    }
    if (from >= to) {
      return new Str("", origin, null, markup);
    }
    String part = text.substring(from, to);
    if (trace == null) {
      return new Str(part, origin, null, markup);
    }
    Trace sliced = trace.slice(from, to);
    return sliced.size() == 1
        ? new Str(part, sliced.origin(0), null, markup)
        : new Str(part, null, sliced, markup);
  }

  /** This followed by another string. */
  public Str plus(Str other, Render render) {
    return new TextBuilder(render).append(this).append(other).toStr();
  }

  /**
   * The string after a change of characters that keeps their order, such as to upper case. Each
   * character keeps its origin, also where one becomes two.
   */
  public Str map(UnaryOperator<String> change, Render render) {
    render.characters(text.length());
    String changed = change.apply(text);
    if (trace == null) {
      return Str.of(changed, origin);
    }
    TextBuilder out = new TextBuilder(render);
    int written = 0;
    for (int run = 0, start = 0; run < trace.size(); start = trace.end(run++)) {
      int length = change.apply(text.substring(start, trace.end(run))).length();
      int end =
          run == trace.size() - 1 ? changed.length() : Math.min(changed.length(), written + length);
      out.append(changed.substring(written, end), trace.origin(run));
      written = end;
    }
    return out.toStr();
  }

  @Override
  public Iter iterate(Render render) {
    return new Iter("str_iterator") {
      private int at;

      @Override
      public Value next() {
        if (at >= text.length()) {
          return null;
        }
        render.characters(1);
        int from = at;
        at = text.offsetByCodePoints(at, 1);
        return slice(from, at).withMarkup(false);
      }
    };
  }

  @Override
  public void repr(TextBuilder out) {
    if (markup) {
      out.append("Markup(", origin());
    }
    StringRepr.write(this, out);
    if (markup) {
      out.append(")", origin());
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
