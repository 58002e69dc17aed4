package dev.hone.formats.corpus;

import dev.hone.formats.corpus.Weighted.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code split_thinking: true}: the reasoning that an answer carries between marks becomes its
 * {@link Message#reasoning()}, as Axolotl does it (ChatTemplateStrategy in
 * src/axolotl/prompt_strategies/chat_template.py).
 *
 * <p>{@code <think>Two and two.</think>\n\n4} has the reasoning {@code Two and two.} and the
 * content {@code 4}. What stands before the mark is dropped there; here a text before it leaves the
 * turn as it is, so that nothing is lost.
 */
final class SplitThinking {
  private record Marks(String open, String close) {}

  private static final List<Marks> REASONING =
      List.of(
          new Marks("<think>", "</think>"),
          new Marks("<reasoning>", "</reasoning>"),
          new Marks("<|begin_of_thought|>", "<|end_of_thought|>"));
  private static final Marks SOLUTION = new Marks("<|begin_of_solution|>", "<|end_of_solution|>");

  private SplitThinking() {}

  static Message split(Message message) {
    if (!message.role().equals("assistant") || message.reasoning().isPresent()) {
      return message;
    }
    String text = message.content();
    for (Marks marks : REASONING) {
      int open = text.indexOf(marks.open());
      int close = text.indexOf(marks.close(), Math.max(open, 0));
      if (open >= 0 && close >= 0 && text.substring(0, open).isBlank()) {
        Piece reasoning = new Piece(text, open + marks.open().length(), close).stripped();
        Piece answer = new Piece(text, close + marks.close().length(), text.length());
        return moved(message, reasoning, solution(answer.leadingStripped()));
      }
    }
    return message;
  }

  private static Piece solution(Piece answer) {
    int open = answer.text().indexOf(SOLUTION.open(), answer.start());
    int close = answer.text().indexOf(SOLUTION.close(), Math.max(open, 0));
    boolean whole =
        open == answer.start()
            && close >= 0
            && answer.text().substring(close + SOLUTION.close().length()).isBlank();
    return whole
        ? new Piece(answer.text(), open + SOLUTION.open().length(), close).stripped()
        : answer;
  }

  /** A part of a text. */
  private record Piece(String text, int start, int end) {
    Piece leadingStripped() {
      int from = start;
      while (from < end && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
      return new Piece(text, from, end);
    }

    Piece stripped() {
      Piece left = leadingStripped();
      int to = end;
      while (to > left.start && Character.isWhitespace(text.charAt(to - 1))) {
        to--;
      }
      return new Piece(text, left.start, to);
    }

    String value() {
      return text.substring(start, end);
    }

    /** The weights of this part's characters, for the field that it becomes. */
    List<Weighted> weights(List<Weighted> whole, Field field) {
      List<Weighted> mine = new ArrayList<>();
      for (Weighted range : whole) {
        int from = Math.max(range.start(), start);
        int to = Math.min(range.end(), end);
        if (from < to) {
          mine.add(new Weighted(field, from - start, to - start, range.weight()));
        }
      }
      return mine;
    }
  }

  private static Message moved(Message message, Piece reasoning, Piece answer) {
    return new Message(
        message.role(),
        answer.value(),
        Optional.of(reasoning.value()),
        message.toolCalls(),
        message.properties(),
        message.weight(),
        Lists.concat(
            answer.weights(message.weighted(), Field.CONTENT),
            reasoning.weights(message.weighted(), Field.REASONING)),
        message.inputStart());
  }
}
