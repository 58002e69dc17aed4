package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.Spaces;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.format.Html;
import dev.hone.formats.template.jinja.value.Iter;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.TextBuilder;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** What filters and methods do with text; each character of a result keeps its origin. */
final class Texts {
  /** In this order, so that &amp;lt; gives &lt; and no tag. */
  private static final List<List<String>> ENTITIES =
      List.of(
          List.of("&lt;", "<"),
          List.of("&gt;", ">"),
          List.of("&quot;", "\""),
          List.of("&#34;", "\""),
          List.of("&#39;", "'"),
          List.of("&amp;", "&"));

  private Texts() {}

  /** Without the given characters at its ends; null stands for white space. */
  static Str stripped(Str text, String chars, boolean left, boolean right, Render render) {
    String all = text.text();
    int from = 0;
    int to = all.length();
    if (chars == null) {
      from = left ? Spaces.skip(all, 0) : 0;
      to = right ? Math.max(from, Spaces.skipBack(all, to)) : to;
      render.search(8L * (all.length() - (to - from)));
      render.characters(to - from);
      return text.slice(from, to);
    }
    while (left && from < to && chars.indexOf(all.codePointAt(from)) >= 0) {
      from = all.offsetByCodePoints(from, 1);
    }
    while (right && to > from && chars.indexOf(all.codePointBefore(to)) >= 0) {
      to = all.offsetByCodePoints(to, -1);
    }
    render.search((long) (chars.length() + 1) * (all.length() - (to - from)));
    render.characters(to - from);
    return text.slice(from, to);
  }

  /** Offsets of a part that is not empty, without overlap; at most so many unless negative. */
  static List<Integer> occurrences(String text, String part, int from, long most) {
    List<Integer> found = new ArrayList<>();
    for (int at = text.indexOf(part, from);
        at >= 0 && (most < 0 || found.size() < most);
        at = text.indexOf(part, at + part.length())) {
      found.add(at);
    }
    return found;
  }

  /** With another string in place of each occurrence of a part; an empty part is everywhere. */
  static Str replaced(Str text, String old, Str fresh, long most, Render render) {
    String all = text.text();
    render.search(all.length());
    List<Integer> found =
        old.isEmpty() ? boundaries(all, most, render) : occurrences(all, old, 0, most);
    if (found.isEmpty()) {
      return text;
    }
    render.steps(2L * found.size());
    TextBuilder out = new TextBuilder(render);
    int written = 0;
    for (int at : found) {
      out.append(text, written, at).append(fresh);
      written = at + old.length();
    }
    return out.append(text, written, all.length()).toStr();
  }

  private static List<Integer> boundaries(String text, long most, Render render) {
    render.elements(text.length());
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at <= text.length() && (most < 0 || found.size() < most); ) {
      found.add(at);
      at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 1;
    }
    return found;
  }

  /** Without a prefix and a suffix, where it has them. */
  static Str without(Str text, String prefix, String suffix) {
    String all = text.text();
    int from = all.startsWith(prefix) ? prefix.length() : 0;
    int to = all.endsWith(suffix) ? all.length() - suffix.length() : all.length();
    return text.slice(from, to);
  }

  /** {@code separator.join(items)}: strings only. */
  static Str joined(Str separator, Value items, Render render) {
    Iter iter = items.iterate(render);
    List<Str> parts = new ArrayList<>();
    for (Value item = iter.next(); item != null; item = iter.next()) {
      if (!(item instanceof Str part)) {
        throw TemplateException.type(
            "sequence item %d: expected str instance, %s found"
                .formatted(parts.size(), item.type()));
      }
      render.elements(1);
      parts.add(separator.markup() ? Html.escape(part, render) : part);
    }
    return joined(separator, parts, render).withMarkup(separator.markup());
  }

  static Str joined(Str separator, List<Str> parts, Render render) {
    TextBuilder out = new TextBuilder(render);
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        out.append(separator);
      }
      out.append(parts.get(i));
    }
    return out.toStr();
  }

  /** {@code text.zfill(width)}: zeros after the sign. */
  static Str zeroFilled(Str text, long width, Render render) {
    long missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    render.characters(missing);
    boolean signed = text.text().startsWith("-") || text.text().startsWith("+");
    return new TextBuilder(render)
        .append(text, 0, signed ? 1 : 0)
        .append("0".repeat((int) missing), text.origin())
        .append(text, signed ? 1 : 0, text.text().length())
        .toStr()
        .withMarkup(text.markup());
  }

  /** Spaces in place of tabs, up to the next column that is a multiple of the size. */
  static Str expanded(Str text, long size, Render render) {
    TextBuilder out = new TextBuilder(render);
    String all = text.text();
    long column = 0;
    for (int at = 0; at < all.length(); ) {
      int next = all.offsetByCodePoints(at, 1);
      char c = all.charAt(at);
      if (c == '\t') {
        long spaces = size > 0 ? size - column % size : 0;
        render.characters(spaces);
        out.append(" ".repeat((int) spaces), text.slice(at, next).origin());
        column += spaces;
      } else {
        out.append(text, at, next);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
      at = next;
    }
    return out.toStr().withMarkup(text.markup());
  }

  /**
   * With each line but the first indented; blank lines only if asked for. Each newline keeps its
   * origin; an indentation that is not text of its own belongs to its line.
   */
  static Str indented(Str text, Str indention, boolean first, boolean blank, Render render) {
    Str ended = text.plus(Str.of("\n", text.origin()), render);
    List<Value> lines = Splits.lines(ended, true, render);
    TextBuilder out = new TextBuilder(render);
    for (int i = 0; i < lines.size(); i++) {
      Str whole = (Str) lines.get(i);
      int length = whole.text().length();
      Str line = whole.slice(0, whole.text().endsWith("\r\n") ? length - 2 : length - 1);
      if (i == 0 ? first : blank || line.truth()) {
        out.append(
            indention.origin() == null ? Str.of(indention.text(), whole.origin()) : indention);
      }
      out.append(line);
      if (i < lines.size() - 1) {
        out.append("\n", whole.slice(length - 1, length).origin());
      }
    }
    return out.toStr().withMarkup(text.markup());
  }

  /** Without HTML tags and comments, runs of white space as one space, entities resolved. */
  static Str withoutTags(Str text, Render render) {
    TextBuilder out = new TextBuilder(render);
    String all = text.text();
    int written = 0;
    for (int open = all.indexOf('<'); open >= 0; open = all.indexOf('<', written)) {
      boolean comment = all.startsWith("<!--", open);
      int close = comment ? all.indexOf("-->", open + 4) : all.indexOf('>', open);
      if (close < 0) {
        break;
      }
      out.append(text, written, open);
      written = close + (comment ? 3 : 1);
    }
    Str plain = out.append(text, written, all.length()).toStr();
    List<Str> words = new ArrayList<>();
    Splits.split(plain, null, -1, render).items().forEach(word -> words.add((Str) word));
    Str collapsed = joined(Str.of(" ", text.origin()), words, render);
    for (List<String> entity : ENTITIES) {
      collapsed =
          replaced(collapsed, entity.get(0), Str.of(entity.get(1), text.origin()), -1, render);
    }
    return collapsed;
  }
}
