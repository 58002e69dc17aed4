package dev.hone.formats.corpus;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns of a chat, in order; rendered by a chat template.
 *
 * @param messages at least one turn
 * @param tools the row's tool definitions, a JSON list as text; a template that has no place for
 *     tools, as ChatML, does not render them
 * @param templateKwargs further variables of the template, a JSON object as text: a row's {@code
 *     chat_template_kwargs}
 */
public record Conversation(
    List<Message> messages, Optional<String> tools, Optional<String> templateKwargs)
    implements Document {
  /** What every conversation gives to a template itself; no further variable has such a name. */
  public static final List<String> GIVEN = List.of("messages", "tools", "add_generation_prompt");

  public Conversation {
    messages = List.copyOf(messages);
    Objects.requireNonNull(tools, "tools");
    Objects.requireNonNull(templateKwargs, "templateKwargs");
  }

  public Conversation(List<Message> messages) {
    this(messages, Optional.empty(), Optional.empty());
  }

  /** The same tools and variables with other turns. */
  public Conversation withMessages(List<Message> others) {
    return new Conversation(others, tools, templateKwargs);
  }

  @Override
  public String kind() {
    return "conversation";
  }
}
