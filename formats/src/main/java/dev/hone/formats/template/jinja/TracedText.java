package dev.hone.formats.template.jinja;

import dev.hone.formats.template.jinja.core.Origin;
import java.util.List;

/**
 * TracedText text, and where each of its characters came from.
 *
 * @param text what the model reads
 * @param runs the origins in order, without a gap; neighbours differ
 * @param generations the text within generation blocks, in the order in which they ended; of a
 *     block within a macro or a {@code set} it is counted from what had been written before, as in
 *     Transformers, and may lie beyond the text
 */
public record TracedText(String text, List<Run> runs, List<Span> generations) {
  public TracedText {
    runs = List.copyOf(runs);
    generations = List.copyOf(generations);
  }

  /** UTF-16 offsets of characters that have one origin. */
  public record Run(int start, int end, Origin origin) {}

  /** UTF-16 offsets. */
  public record Span(int start, int end) {}

  /** The origin of the character at a UTF-16 offset. */
  public Origin originAt(int offset) {
    int low = 0;
    int high = runs.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return runs.get(low).origin();
  }

  /** The number of code points before a UTF-16 offset. */
  public int codePoints(int offset) {
    int within = Math.min(offset, text.length());
    return text.codePointCount(0, within) + offset - within;
  }
}
