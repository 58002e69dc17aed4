package dev.hone.formats.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Answers to a prompt as documents whose weights say what the answer is: what comes before it has
 * weight 0, the answer 1. An answer of several turns has weight 1 in the assistant's alone. Weights
 * that the turns of an answer have of their own stay.
 */
final class Answers {
  private Answers() {}

  static Completion text(String prompt, String answer) {
    return new Completion(List.of(Segment.of(prompt, 0), Segment.of(answer, 1)), true);
  }

  static Conversation chat(Conversation prompt, List<Message> answer) throws RefusedRecord {
    if (answer.stream().noneMatch(Answers::speaks)) {
      throw new RefusedRecord(
          "empty_text",
          "an answer has no assistant turn with text, so there is nothing to learn from it; fill it in or drop the row");
    }
    List<Message> all = new ArrayList<>();
    prompt.messages().forEach(message -> all.add(message.withWeight(0).withWeighted(List.of())));
    for (Message message : answer) {
      float usual = message.role().equals("assistant") ? 1 : 0;
      all.add(message.withWeight(message.weight().orElse(usual)));
    }
    return prompt.withMessages(all);
  }

  /** A pair that differs. */
  static Preference pair(Document chosen, Document rejected, OptionalDouble margin)
      throws RefusedRecord {
    if (chosen.equals(rejected)) {
      throw new RefusedRecord(
          "equal_answers",
          "the chosen and the rejected answer are equal, so neither is better; drop the row");
    }
    return new Preference(chosen, rejected, margin);
  }

  private static boolean speaks(Message message) {
    return message.role().equals("assistant") && !StructureCheck.isEmpty(message);
  }
}
