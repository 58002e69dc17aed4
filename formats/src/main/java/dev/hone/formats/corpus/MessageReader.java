package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.ChatOptions.Keys;
import dev.hone.formats.corpus.Weighted.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads one turn. Role, content, reasoning and tool calls have places of their own in a {@link
 * Message}; every other field of the turn is kept as a property, since a template may ask for it.
 */
final class MessageReader {
  private static final String TOOL_CALLS = "tool_calls";

  private final Row row;
  private final String role;
  private final String content;
  private final Roles roles;

  /**
   * @param row has the options of {@link ChatOptions#message}
   * @param role the field with the role
   * @param content the field with the text
   */
  MessageReader(Row row, String role, String content) {
    this.row = row;
    this.role = role;
    this.content = content;
    this.roles = new Roles(row.options());
  }

  /** By the configured names; where those are the defaults, ShareGPT's are recognised too. */
  static MessageReader of(Row row, JsonNode first) {
    Keys keys = new Keys("", row.name(ChatOptions.ROLE), row.name(ChatOptions.CONTENT));
    boolean shareGpt =
        keys.equals(new Keys("", "role", "content")) && !first.has("role") && first.has("from");
    return shareGpt
        ? new MessageReader(row, "from", "value")
        : new MessageReader(row, keys.role(), keys.content());
  }

  /** Reads a list of turns. */
  List<Message> list(String where, JsonNode turns) throws RefusedRecord {
    if (!turns.isArray()) {
      throw Row.wrongType("field '" + where + "'", turns, "a list of turns");
    }
    if (turns.isEmpty()) {
      throw new RefusedRecord(
          "empty_conversation",
          "field '" + where + "' is an empty list; a conversation needs at least one turn");
    }
    Message[] messages = new Message[turns.size()];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = read(where + "[" + i + "]", turns.get(i));
    }
    return List.of(messages);
  }

  /**
   * Reads one turn.
   *
   * @param where its place in the row, for messages
   */
  Message read(String where, JsonNode turn) throws RefusedRecord {
    if (!turn.isObject()) {
      throw Row.wrongType(where, turn, "an object with '" + role + "' and '" + content + "'");
    }
    String rolePath = where + "." + role;
    JsonNode roleValue =
        Row.present(turn.get(role))
            .orElseThrow(() -> missing(rolePath, turn, "message_property_mappings: {role: ...}"));
    Message message = Message.of(roles.canonical(rolePath, Row.text(rolePath, roleValue)), "");
    message = withTexts(where, turn, message);
    message = withFlags(where, turn, message);
    return row.flag(ChatOptions.SPLIT_THINKING) ? SplitThinking.split(message) : message;
  }

  private Message withTexts(String where, JsonNode turn, Message message) throws RefusedRecord {
    String thinking = row.name(ChatOptions.THINKING);
    String callsName = mapped(TOOL_CALLS);
    Optional<String> calls = Optional.empty();
    if (Row.present(turn.get(callsName)).isPresent()) {
      calls = ToolJson.calls(where + "." + callsName, turn.get(callsName));
    }
    ContentParts reasoning =
        Row.present(turn.get(thinking)).isPresent()
            ? ContentParts.read(where + "." + thinking, turn.get(thinking), Field.REASONING)
            : new ContentParts("", List.of());
    Optional<JsonNode> text = Row.present(turn.get(content));
    if (text.isEmpty() && calls.isEmpty() && reasoning.text().isEmpty()) {
      throw missing(where + "." + content, turn, "message_property_mappings: {content: ...}");
    }
    ContentParts parts =
        text.isPresent()
            ? ContentParts.read(where + "." + content, text.get(), Field.CONTENT)
            : new ContentParts("", List.of());
    boolean own = row.name(ChatOptions.THINKING_KEY).equals(ChatOptions.REASONING);
    Map<String, String> properties =
        properties(where, turn, List.of(role, content, thinking, callsName));
    if (!own && !reasoning.weighted().isEmpty()) {
      throw new RefusedRecord(
          "unsupported_weight",
          "%s.%s has weights of its own, which only %s can have, and template_thinking_key is %s; remove the weights, or that key"
              .formatted(
                  where, thinking, ChatOptions.REASONING, row.name(ChatOptions.THINKING_KEY)));
    }
    if (!own && !reasoning.text().isEmpty()) {
      properties.put(row.name(ChatOptions.THINKING_KEY), Row.json(reasoning.text()));
    }
    return new Message(
        message.role(),
        parts.text(),
        own && !reasoning.text().isEmpty() ? Optional.of(reasoning.text()) : Optional.empty(),
        calls,
        properties,
        Optional.empty(),
        Lists.concat(parts.weighted(), reasoning.weighted()),
        message.inputStart());
  }

  private Message withFlags(String where, JsonNode turn, Message message) throws RefusedRecord {
    String training = row.name(ChatOptions.TRAINING);
    Optional<JsonNode> flag = Row.present(turn.get(training));
    if (flag.isPresent()) {
      float weight = TrainingFlags.weight(where + "." + training, flag.get());
      message = message.withWeight(weight);
      if (weight == 0) {
        return message.withWeighted(List.of());
      }
    }
    String detail = row.name(ChatOptions.DETAIL);
    Optional<JsonNode> ranges = Row.present(turn.get(detail));
    return ranges.isPresent()
        ? TrainingFlags.withDetail(where + "." + detail, ranges.get(), message)
        : message;
  }

  /** What is left of the turn, by the template's names. */
  private Map<String, String> properties(String where, JsonNode turn, List<String> taken)
      throws RefusedRecord {
    Map<String, String> properties = new TreeMap<>();
    Set<String> read = new HashSet<>(taken);
    read.add(row.name(ChatOptions.TRAINING));
    read.add(row.name(ChatOptions.DETAIL));
    String prefix = ChatOptions.MAPPINGS + ".";
    for (Map.Entry<String, String> option : row.options().entrySet()) {
      String from = option.getValue();
      if (option.getKey().startsWith(prefix) && read.add(from)) {
        put(where, option.getKey().substring(prefix.length()), turn.get(from), properties);
      }
    }
    for (Map.Entry<String, JsonNode> field : turn.properties()) {
      if (!read.contains(field.getKey())) {
        put(where, field.getKey(), field.getValue(), properties);
      }
    }
    return properties;
  }

  private static void put(String where, String name, JsonNode value, Map<String, String> properties)
      throws RefusedRecord {
    if (Row.present(value).isPresent()) {
      Row.requireUnicode(where + "." + name, value.toString());
      Row.requireUnicode(where + "." + name, name);
      properties.put(name, value.toString());
    }
  }

  /** The row's name of a property of the template. */
  private String mapped(String property) {
    return row.options().getOrDefault(ChatOptions.MAPPINGS + "." + property, property);
  }

  private RefusedRecord missing(String where, JsonNode turn, String cure) {
    return new RefusedRecord(
        "missing_field",
        "%s is %s, and type: %s needs it; the turn has %s; set %s"
            .formatted(
                where,
                Row.absent(turn, where.substring(where.lastIndexOf('.') + 1)),
                row.type(),
                Row.names(turn),
                cure));
  }
}
