package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the list of turns that ShareGPT and OpenAI rows have in common. */
final class ConversationReader {
  static final String MESSAGES = "field_messages";
  static final String ROLE = "message_property_mappings.role";
  static final String CONTENT = "message_property_mappings.content";
  static final String TRAINING = "message_field_training";
  static final String SYSTEM = "field_system";
  static final String TOOLS = "field_tools";

  private final Row row;
  private final Keys keys;

  /** The names of the list of turns, and of role and content in a turn. */
  record Keys(String messages, String role, String content) {}

  ConversationReader(Row row, Keys keys) {
    this.row = row;
    this.keys = keys;
  }

  static List<FormatOption> options(Keys keys) {
    return List.of(
        FormatOption.field(MESSAGES, keys.messages(), "The list of turns."),
        FormatOption.field(ROLE, keys.role(), "The role of a turn."),
        FormatOption.field(CONTENT, keys.content(), "The text of a turn."),
        FormatOption.field(TRAINING, "", "Whether a turn is trained."),
        FormatOption.field(SYSTEM, "system", "A system message beside the list."),
        FormatOption.field(TOOLS, "tools", "Tool definitions."));
  }

  static Keys configured(Row row) {
    return new Keys(row.name(MESSAGES), row.name(ROLE), row.name(CONTENT));
  }

  Conversation read() throws RefusedRecord {
    JsonNode turns =
        Row.present(row.json().get(keys.messages()))
            .orElseThrow(() -> row.missing(keys.messages(), MESSAGES));
    String list = "field '" + keys.messages() + "'";
    if (!turns.isArray()) {
      throw Row.wrongType(list, turns, "a list of turns");
    }
    if (turns.isEmpty()) {
      throw new RefusedRecord(
          "empty_conversation", list + " is an empty list; a conversation needs at least one turn");
    }
    List<Message> messages = new ArrayList<>(turns.size() + 1);
    for (JsonNode turn : turns) {
      messages.add(message(keys.messages() + "[" + messages.size() + "]", turn));
    }
    Optional<String> system = row.optionalText(SYSTEM);
    if (system.isPresent()) {
      if (messages.get(0).role().equals("system")) {
        throw new RefusedRecord(
            "two_system_messages",
            "field '%s' and %s[0] are both a system message; keep one, or set %s: '' to ignore the field"
                .formatted(row.name(SYSTEM), keys.messages(), SYSTEM));
      }
      messages.add(0, Message.of("system", system.get()));
    }
    return new Conversation(messages, tools(), Optional.empty());
  }

  private Message message(String where, JsonNode turn) throws RefusedRecord {
    if (!turn.isObject()) {
      throw Row.wrongType(
          where, turn, "an object with '" + keys.role() + "' and '" + keys.content() + "'");
    }
    String rolePath = where + "." + keys.role();
    JsonNode roleValue =
        Row.present(turn.get(keys.role()))
            .orElseThrow(() -> missing(rolePath, turn, "message_property_mappings: {role: ...}"));
    String role = Roles.canonical(rolePath, Row.text(rolePath, roleValue));

    String contentPath = where + "." + keys.content();
    if (Row.present(turn.get("tool_calls")).filter(calls -> !calls.isEmpty()).isPresent()) {
      throw new RefusedRecord(
          "unsupported_field",
          where + ".tool_calls is not read; write the call as text into '" + keys.content() + "'");
    }
    JsonNode contentValue =
        Row.present(turn.get(keys.content()))
            .orElseThrow(
                () -> missing(contentPath, turn, "message_property_mappings: {content: ...}"));
    String content =
        contentValue.isArray()
            ? parts(contentPath, contentValue)
            : Row.text(contentPath, contentValue);
    if (content.isBlank() && (role.equals("user") || role.equals("assistant"))) {
      throw Row.emptyText(contentPath);
    }
    Message message = Message.of(role, content);
    return train(where, turn).map(on -> message.withWeight(on ? 1 : 0)).orElse(message);
  }

  /** The text parts of OpenAI's content list, joined; a part of another type is refused. */
  private static String parts(String where, JsonNode parts) throws RefusedRecord {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      JsonNode part = parts.get(i);
      if (!part.path("type").asText().equals("text")) {
        throw new RefusedRecord(
            "unsupported_content",
            "%s[%d] is %s; only parts {type: text, text: ...} are read"
                .formatted(where, i, Row.shown(part)));
      }
      text.append(Row.text(where + "[" + i + "].text", part.path("text")));
    }
    return text.toString();
  }

  private Optional<Boolean> train(String where, JsonNode turn) throws RefusedRecord {
    String name = row.name(TRAINING);
    Optional<JsonNode> value = name.isEmpty() ? Optional.empty() : Row.present(turn.get(name));
    if (value.isPresent() && !value.get().isBoolean()) {
      throw Row.wrongType(where + "." + name, value.get(), "true or false");
    }
    return value.map(JsonNode::booleanValue);
  }

  /** Tool definitions come as a list or, since Arrow has no mixed structs, as JSON text. */
  private Optional<String> tools() throws RefusedRecord {
    Optional<JsonNode> value = row.value(TOOLS);
    if (value.isPresent() && value.get().isContainerNode()) {
      return value.filter(list -> !list.isEmpty()).map(JsonNode::toString);
    }
    return row.optionalText(TOOLS);
  }

  private RefusedRecord missing(String where, JsonNode turn, String cure) {
    return new RefusedRecord(
        "missing_field",
        "%s is missing, and type: %s needs it; the turn has %s; set %s"
            .formatted(where, row.type(), Row.names(turn), cure));
  }
}
