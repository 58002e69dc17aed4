package dev.hone.formats.corpus;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Two answers to one prompt, of which the first is the better one.
 *
 * <p>Both are {@link Conversation}s or both {@link Completion}s. What they share has weight 0 and
 * the answers have weight 1, set explicitly: what is compared is never left to mask rules.
 *
 * @param chosen prompt and the better answer
 * @param rejected prompt and the worse answer
 * @param margin how much better, where the corpus says so
 */
public record Preference(Document chosen, Document rejected, OptionalDouble margin)
    implements Document {
  public Preference {
    Objects.requireNonNull(margin, "margin");
    if (!chosen.kind().equals(rejected.kind()) || !isAnswer(chosen)) {
      throw new IllegalArgumentException(
          "a preference of a %s over a %s".formatted(chosen.kind(), rejected.kind()));
    }
  }

  /** Whether a document can be an answer to a prompt. */
  static boolean isAnswer(Document document) {
    return document instanceof Conversation || document instanceof Completion;
  }

  @Override
  public String kind() {
    return "preference";
  }
}
