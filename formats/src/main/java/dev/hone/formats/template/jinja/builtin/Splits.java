package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.Spaces;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Seq;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Takes strings apart. */
final class Splits {
  private Splits() {}

  /** {@code text.split(separator, most)}; without a separator at white space. */
  static Seq split(Str text, String separator, long most, Render render) {
    render.search(text.text().length());
    return Seq.list(
        separator == null ? words(text, most, render) : parts(text, separator, most, render),
        text.origin());
  }

  /** Like {@link #split}, but the last separators count if there are too many. */
  static Seq rsplit(Str text, String separator, long most, Render render) {
    if (most < 0) {
      return split(text, separator, most, render);
    }
    List<Value> parts = new ArrayList<>();
    String all = text.text();
    int end = separator == null ? Spaces.skipBack(all, all.length()) : all.length();
    while (parts.size() < most) {
      int start = separator == null ? wordStart(all, end) : before(all, separator, end);
      if (start < 0 || (separator == null && end == 0)) {
        break;
      }
      add(parts, text.slice(start, end), render);
      end = separator == null ? Spaces.skipBack(all, start) : start - separator.length();
      if (separator == null && end == 0) {
        Collections.reverse(parts);
        return Seq.list(parts, text.origin());
      }
    }
    if (separator != null || end > 0) {
      add(parts, text.slice(0, end), render);
    }
    Collections.reverse(parts);
    return Seq.list(parts, text.origin());
  }

  private static int wordStart(String text, int end) {
    int start = end;
    while (start > 0 && !Spaces.isSpace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  /** Where the part begins that ends at an offset; -1 if no separator is before it. */
  private static int before(String text, String separator, int end) {
    check(separator);
    int at = text.lastIndexOf(separator, end - separator.length());
    return at < 0 || end < separator.length() ? -1 : at + separator.length();
  }

  private static void check(String separator) {
    if (separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
  }

  private static void add(List<Value> parts, Str part, Render render) {
    render.step();
    render.objects(1);
    parts.add(part);
  }

  private static List<Value> words(Str text, long most, Render render) {
    List<Value> words = new ArrayList<>();
    String all = text.text();
    int at = Spaces.skip(all, 0);
    while (at < all.length()) {
      int end = at;
      if (most >= 0 && words.size() >= most) {
        end = all.length();
      }
      while (end < all.length() && !Spaces.isSpace(all.charAt(end))) {
        end++;
      }
      add(words, text.slice(at, end), render);
      at = Spaces.skip(all, end);
    }
    return words;
  }

  private static List<Value> parts(Str text, String separator, long most, Render render) {
    check(separator);
    List<Value> parts = new ArrayList<>();
    int start = 0;
    List<Integer> found = Texts.occurrences(text.text(), separator, 0, most);
    render.steps(2L * found.size());
    for (int at : found) {
      add(parts, text.slice(start, at), render);
      start = at + separator.length();
    }
    add(parts, text.slice(start, text.text().length()), render);
    return parts;
  }

  /** {@code text.splitlines(keepEnds)}. */
  static List<Value> lines(Str text, boolean keepEnds, Render render) {
    List<Value> lines = new ArrayList<>();
    String all = text.text();
    render.search(8L * all.length());
    int start = 0;
    for (int at = 0; at < all.length(); at++) {
      if (isLineEnd(all.charAt(at))) {
        int next = all.startsWith("\r\n", at) ? at + 2 : at + 1;
        add(lines, text.slice(start, keepEnds ? next : at), render);
        start = next;
        at = next - 1;
      }
    }
    if (start < all.length()) {
      add(lines, text.slice(start, all.length()), render);
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** What is before, in and after the first separator, or the last. */
  static Seq partition(Str text, Str separator, boolean last, Render render) {
    render.search(text.text().length());
    render.characters(text.text().length());
    String sep = separator.text();
    check(sep);
    String all = text.text();
    int at = last ? all.lastIndexOf(sep) : all.indexOf(sep);
    if (at < 0) {
      Str empty = text.slice(0, 0);
      return Seq.tuple(last ? List.of(empty, empty, text) : List.of(text, empty, empty));
    }
    int end = at + sep.length();
    return Seq.tuple(
        List.of(text.slice(0, at), text.slice(at, end), text.slice(end, all.length())));
  }
}
