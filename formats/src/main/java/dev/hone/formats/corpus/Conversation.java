package dev.hone.formats.corpus;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns of a chat, in order; rendered by a chat template.
 *
 * @param messages at least one turn
 * @param tools the row's tool definitions as JSON text, kept so that nothing of the corpus is lost;
 *     a template that has no place for tools, as ChatML, does not render them
 */
public record Conversation(List<Message> messages, Optional<String> tools) implements Document {
  public Conversation {
    messages = List.copyOf(messages);
    Objects.requireNonNull(tools, "tools");
  }

  public Conversation(List<Message> messages) {
    this(messages, Optional.empty());
  }

  @Override
  public String kind() {
    return "conversation";
  }
}
