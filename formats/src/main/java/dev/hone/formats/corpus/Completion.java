package dev.hone.formats.corpus;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Plain text in pieces, joined as they stand.
 *
 * @param segments empty texts are left out
 * @param closed whether the tokenizer's end-of-sequence token is put after the text and trained; a
 *     text that ends with it already gets no second one
 */
public record Completion(List<Segment> segments, boolean closed) implements Document {
  public Completion {
    segments = segments.stream().filter(segment -> !segment.text().isEmpty()).toList();
  }

  /** A closed text, all of it trained. */
  public static Completion of(String text) {
    return of("", text);
  }

  /**
   * A closed text after a prompt.
   *
   * @param prompt an input; empty for none
   */
  public static Completion of(String prompt, String text) {
    return new Completion(List.of(Segment.input(prompt), Segment.of(text, 1)), true);
  }

  /** The whole text. */
  public String text() {
    return segments.stream().map(Segment::text).collect(Collectors.joining());
  }

  @Override
  public String kind() {
    return "completion";
  }
}
