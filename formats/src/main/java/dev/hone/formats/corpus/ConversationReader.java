package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a row with a list of turns, and what stands beside the list. */
final class ConversationReader {
  private final Row row;

  /**
   * @param row has the options of {@link ChatOptions#conversation}
   */
  ConversationReader(Row row) {
    this.row = row;
  }

  static Keys configured(Row row) {
    return new Keys(
        row.name(ChatOptions.MESSAGES), row.name(ChatOptions.ROLE), row.name(ChatOptions.CONTENT));
  }

  Conversation read(Keys keys) throws RefusedRecord {
    JsonNode turns =
        Row.present(row.json().get(keys.messages()))
            .orElseThrow(() -> row.missing(keys.messages(), ChatOptions.MESSAGES));
    List<Message> messages =
        new MessageReader(row, keys.role(), keys.content()).list(keys.messages(), turns);
    return conversation(withSystem(keys.messages(), messages));
  }

  /** Turns with the tools and template variables of the row. */
  Conversation conversation(List<Message> messages) throws RefusedRecord {
    Optional<JsonNode> tools = row.value(ChatOptions.TOOLS);
    Optional<JsonNode> kwargs = row.value(ChatOptions.KWARGS);
    return new Conversation(
        messages,
        tools.isEmpty()
            ? Optional.empty()
            : ToolJson.tools("field '" + row.name(ChatOptions.TOOLS) + "'", tools.get()),
        kwargs.isEmpty() ? Optional.empty() : variables(kwargs.get()));
  }

  private Optional<String> variables(JsonNode value) throws RefusedRecord {
    String where = "field '" + row.name(ChatOptions.KWARGS) + "'";
    Optional<String> variables = ToolJson.object(where, value);
    for (String name : Conversation.GIVEN) {
      if (variables.isPresent() && ToolJson.has(variables.get(), name)) {
        throw new RefusedRecord(
            "reserved_variable",
            "%s sets '%s', which every row gives to the template itself; remove it"
                .formatted(where, name));
      }
    }
    return variables;
  }

  /** Turns with the system message of the row's own field, if there is one. */
  List<Message> withSystem(String list, List<Message> messages) throws RefusedRecord {
    Optional<String> system = row.optionalText(ChatOptions.SYSTEM);
    boolean first = !messages.isEmpty() && messages.get(0).role().equals("system");
    if (system.isPresent() && first) {
      throw new RefusedRecord(
          "two_system_messages",
          "field '%s' and %s[0] are both a system message; keep one, or set %s: '' to ignore the field"
              .formatted(row.name(ChatOptions.SYSTEM), list, ChatOptions.SYSTEM));
    }
    if (row.flag(ChatOptions.DROP_SYSTEM)) {
      return first ? messages.subList(1, messages.size()) : messages;
    }
    if (system.isEmpty()) {
      return messages;
    }
    List<Message> all = new ArrayList<>(messages.size() + 1);
    all.add(Message.of("system", system.get()));
    all.addAll(messages);
    return all;
  }
}
