package dev.hone.formats.corpus;

/**
 * One answer that is wanted or not, as KTO trains it. Weights are as in {@link Preference}.
 *
 * @param completion prompt and answer, a {@link Conversation} or a {@link Completion}
 * @param label whether the answer is wanted
 */
public record Unpaired(Document completion, boolean label) implements Document {
  public Unpaired {
    if (!Preference.isAnswer(completion)) {
      throw new IllegalArgumentException("a label for a " + completion.kind());
    }
  }

  @Override
  public String kind() {
    return "unpaired";
  }
}
