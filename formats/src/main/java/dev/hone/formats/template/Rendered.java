package dev.hone.formats.template;

import java.util.ArrayList;
import java.util.List;

/**
 * A rendered conversation, and where its characters came from.
 *
 * @param text what the model reads
 * @param runs cover the text, in order
 * @param leftOut what messages say and the text does not, such as {@code the tool_calls of message
 *     1 (assistant)}
 */
public record Rendered(String text, List<Run> runs, List<String> leftOut) {
  public Rendered {
    runs = List.copyOf(runs);
    leftOut = List.copyOf(leftOut);
  }

  /** Everything is in the text. */
  public Rendered(String text, List<Run> runs) {
    this(text, runs, List.of());
  }

  /** Offset of the first character of what a message says; -1 if the text has none of it. */
  public int startOf(int message) {
    int start = 0;
    for (Run run : runs) {
      if (run.part() == Part.MESSAGE && run.message() == message) {
        return start;
      }
      start = run.end();
    }
    return -1;
  }

  /** Where the text that was written for a message before its first character begins. */
  public int openingOf(int message) {
    int opening = -1;
    int start = 0;
    for (Run run : runs) {
      if (run.message() != message) {
        opening = -1;
      } else if (run.part() == Part.MESSAGE) {
        return opening < 0 ? start : opening;
      } else if (opening < 0) {
        opening = start;
      }
      start = run.end();
    }
    return opening;
  }

  /** Collects text and its runs. */
  public static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private final List<Run> runs = new ArrayList<>();

    /** Appends text of the template, written for a message. */
    public Builder template(String piece, int message) {
      return append(piece, Part.TEMPLATE, message);
    }

    /** Appends text of a message. */
    public Builder message(String piece, int message) {
      return append(piece, Part.MESSAGE, message);
    }

    /** Appends text of one origin. */
    public Builder append(String piece, Part part, int message) {
      if (!piece.isEmpty()) {
        text.append(piece);
        runs.add(new Run(text.length(), part, message, Float.NaN));
      }
      return this;
    }

    public Rendered build() {
      return new Rendered(text.toString(), runs);
    }
  }

  /** What a character is. */
  public enum Part {
    /** The template's own text: marks and headers, or a variable that is no message. */
    TEMPLATE,
    /** The name of a message's role. */
    ROLE,
    /** What a message says: content, reasoning, tool calls. */
    MESSAGE
  }

  /**
   * Characters of one origin.
   *
   * @param end UTF-16 offset after the last of them
   * @param part what they are
   * @param message whose they are; for {@link Part#TEMPLATE} the message that was being written; -1
   *     if unknown
   * @param weight a loss weight of their own ({@link dev.hone.formats.corpus.Weighted}); NaN: none
   */
  public record Run(int end, Part part, int message, float weight) {}
}
