package dev.hone.packing;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.Sample;
import java.util.ArrayList;
import java.util.List;

/**
 * A chat template and tokenizer in one, small enough to write ids by hand: bos is 1, a turn is its
 * letters and 2, and the letters and the 2 of an assistant carry loss.
 */
final class LetterEncoding implements TurnCut.Encoding {
  /** How often something was encoded. */
  int calls;

  @Override
  public Sample encode(Conversation part) throws RefusedRecord {
    calls++;
    List<Integer> ids = new ArrayList<>(List.of(1));
    List<Float> weights = new ArrayList<>(List.of(0f));
    for (Message message : part.messages()) {
      float weight = message.role().equals("assistant") ? message.weight().orElse(1f) : 0;
      if (message.content().equals("!")) {
        throw new RefusedRecord("template_refused", "no place for '!'");
      }
      message.content().chars().forEach(ids::add);
      ids.add(2);
      for (int i = 0; i <= message.content().length(); i++) {
        weights.add(weight);
      }
    }
    float[] array = new float[weights.size()];
    for (int t = 0; t < array.length; t++) {
      array[t] = weights.get(t);
    }
    return new Sample(ids.stream().mapToInt(Integer::intValue).toArray(), array);
  }

  /** {@code "system: S", "user: Q"} as a conversation. */
  static Conversation chat(String... turns) {
    List<Message> messages = new ArrayList<>();
    for (String turn : turns) {
      String[] parts = turn.split(": ", 2);
      messages.add(Message.of(parts[0], parts[1]));
    }
    return new Conversation(messages);
  }
}
