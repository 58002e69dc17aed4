package dev.hone.formats.template.jinja.value;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.Arrays;

/** Builds text together with the origin of each of its characters. */
public final class TextBuilder {
  private final Render render;
  private final StringBuilder text = new StringBuilder();
  private int[] ends = new int[8];
  private Origin[] origins = new Origin[8];
  private int runs;

  public TextBuilder(Render render) {
    this.render = render;
  }

  public Render render() {
    return render;
  }

  /** Appends text of one origin; null stands for the template. */
  public TextBuilder append(String piece, Origin origin) {
    if (!piece.isEmpty()) {
      render.characters(piece.length());
      text.append(piece);
      run(origin == null ? render.template() : origin);
    }
    return this;
  }

  public TextBuilder append(Str piece) {
    return append(piece, 0, piece.text().length());
  }

  /** Appends part of a string, from and to in UTF-16 units. */
  public TextBuilder append(Str piece, int from, int to) {
    Trace trace = piece.trace();
    if (trace == null) {
      int length = piece.text().length();
      return append(
          from == 0 && to == length ? piece.text() : piece.text().substring(from, to),
          piece.origin());
    }
    for (int run = trace.at(from), start = from; start < to; run++) {
      int end = Math.min(to, trace.end(run));
      append(piece.text().substring(start, end), trace.origin(run));
      start = end;
    }
    return this;
  }

  private void run(Origin origin) {
    if (runs > 0 && origin.equals(origins[runs - 1])) {
      ends[runs - 1] = text.length();
      return;
    }
    if (runs == ends.length) {
      ends = Arrays.copyOf(ends, runs * 2);
      origins = Arrays.copyOf(origins, runs * 2);
    }
    origins[runs] = origin;
    ends[runs++] = text.length();
  }

  /** UTF-16 units so far. */
  public int length() {
    return text.length();
  }

  /** Code points between two UTF-16 offsets. */
  public int codePoints(int from, int to) {
    return text.codePointCount(from, to);
  }

  public Str toStr() {
    String built = text.toString();
    return runs <= 1
        ? Str.of(built, runs == 0 ? null : origins[0])
        : new Str(built, null, trace(), false);
  }

  /** The runs so far. */
  public Trace trace() {
    return new Trace(Arrays.copyOf(ends, runs), Arrays.copyOf(origins, runs));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
