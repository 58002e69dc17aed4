package dev.hone.formats.template.jinja.builtin;

import dev.hone.formats.template.jinja.core.Spaces;
import dev.hone.formats.template.jinja.core.TemplateException;
import dev.hone.formats.template.jinja.value.Render;
import dev.hone.formats.template.jinja.value.Str;
import dev.hone.formats.template.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** The filter {@code wordwrap}: each line broken at spaces, and after hyphens between letters. */
final class WordWrap {
  private final int width;
  private final boolean breakLong;
  private final boolean hyphens;
  private final Render render;

  private WordWrap(int width, boolean breakLong, boolean hyphens, Render render) {
    this.width = width;
    this.breakLong = breakLong;
    this.hyphens = hyphens;
    this.render = render;
  }

  static Value wrap(Render render, Call call) {
    long width = Math.min(Integer.MAX_VALUE, call.integer(1));
    if (width <= 0) {
      throw TemplateException.value("invalid width %d (must be > 0)".formatted(width));
    }
    WordWrap wrap = new WordWrap((int) width, call.flag(2), call.flag(4), render);
    Str text = call.withMethod(0, "splitlines");
    Str separator = call.isNone(3) ? Str.of("\n", text.origin()) : call.text(3);
    List<Str> paragraphs = new ArrayList<>();
    for (Value line : Splits.lines(text, false, render)) {
      paragraphs.add(Texts.joined(separator, wrap.lines((Str) line), render));
    }
    return Texts.joined(separator, paragraphs, render);
  }

  private List<Str> lines(Str text) {
    List<Str> lines = new ArrayList<>();
    List<int[]> chunks = chunks(text.text());
    int next = 0;
    while (next < chunks.size()) {
      if (!lines.isEmpty() && isBlank(text, chunks.get(next)[0], chunks.get(next)[1])) {
        next++;
        continue;
      }
      int from = chunks.get(next)[0];
      int first = next;
      while (next < chunks.size() && chunks.get(next)[1] - from <= width) {
        next++;
      }
      int to = next > first ? chunks.get(next - 1)[1] : from;
      int last = next > first ? chunks.get(next - 1)[0] : from;
      if (next < chunks.size() && chunks.get(next)[1] - chunks.get(next)[0] > width) {
        int[] longest = chunks.get(next);
        if (breakLong) {
          last = longest[0];
          to = longEnd(text.text(), longest, from + width);
          longest[0] = to;
        } else if (next == first) {
          to = longest[1];
          next++;
        }
      }
      if (last < to && isBlank(text, last, to)) {
        to = last;
      }
      if (to > from) {
        render.objects(1);
        lines.add(text.slice(from, to));
      }
    }
    return lines;
  }

  /** Where to break a word that is too long for a line: after a hyphen, if there is one. */
  private int longEnd(String text, int[] word, int most) {
    int hyphen = hyphens && most > word[0] ? text.lastIndexOf('-', most - 1) : -1;
    boolean inWord =
        hyphen > word[0] && text.substring(word[0], hyphen).chars().anyMatch(c -> c != '-');
    return inWord ? hyphen + 1 : Math.max(word[0], most);
  }

  private static boolean isBlank(Str text, int from, int to) {
    return Spaces.skip(text.text(), from) >= to;
  }

  /** The white space of Python's textwrap, which is ASCII's alone. */
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** Runs of spaces, and words; offsets from and to. */
  private List<int[]> chunks(String text) {
    List<int[]> chunks = new ArrayList<>();
    int start = 0;
    for (int at = 1; at <= text.length(); at++) {
      if (at == text.length() || breaks(text, at)) {
        render.objects(1);
        chunks.add(new int[] {start, at});
        start = at;
      }
    }
    return chunks;
  }

  private boolean breaks(String text, int at) {
    boolean space = isSpace(text.charAt(at));
    if (space != isSpace(text.charAt(at - 1))) {
      return true;
    }
    return hyphens
        && text.charAt(at - 1) == '-'
        && at >= 2
        && Character.isLetter(text.charAt(at - 2))
        && Character.isLetter(text.charAt(at));
  }
}
