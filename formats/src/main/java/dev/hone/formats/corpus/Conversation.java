package dev.hone.formats.corpus;

import java.util.List;

/** Turns of a chat, in order; rendered by a chat template. */
public record Conversation(List<Message> messages) implements Document {
  public Conversation {
    messages = List.copyOf(messages);
  }

  @Override
  public String kind() {
    return "conversation";
  }
}
