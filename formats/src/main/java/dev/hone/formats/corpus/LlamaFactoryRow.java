package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row by the column and tag names of a {@code dataset_info.json} entry. */
final class LlamaFactoryRow {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<String, String> ALPACA_COLUMNS =
      Map.of("prompt", "instruction", "query", "input", "response", "output");
  private static final Map<String, String> SHAREGPT_TAGS =
      Map.of(
          "role_tag", "from",
          "content_tag", "value",
          "user_tag", "human",
          "assistant_tag", "gpt",
          "observation_tag", "observation",
          "function_tag", "function_call",
          "system_tag", "system");
  private static final Map<String, String> OPENAI_TAGS =
      Map.of(
          "role_tag", "role",
          "content_tag", "content",
          "user_tag", "user",
          "assistant_tag", "assistant",
          "observation_tag", "tool",
          "function_tag", "function_call",
          "system_tag", "system");

  private final Map<String, String> options;
  private final boolean openAi;
  private final Row row;

  LlamaFactoryRow(JsonNode json, Map<String, String> options) throws RefusedRecord {
    this.options = options;
    this.openAi = options.get("formatting").equals("openai");
    this.row = Row.of("llama_factory", json, chatOptions());
  }

  /** The same names as the options of {@link ChatTemplateFormat}, and a key for each column. */
  private Map<String, String> chatOptions() {
    Map<String, String> chat = new HashMap<>();
    chat.put(ChatOptions.ROLE, tag("role_tag"));
    chat.put(ChatOptions.CONTENT, tag("content_tag"));
    chat.put(ChatOptions.ROLES + ".user", FormatOption.words(List.of(tag("user_tag"))));
    chat.put(
        ChatOptions.ROLES + ".assistant",
        FormatOption.words(List.of(tag("assistant_tag"), tag("function_tag"))));
    chat.put(ChatOptions.ROLES + ".tool", FormatOption.words(List.of(tag("observation_tag"))));
    chat.put(ChatOptions.ROLES + ".system", FormatOption.words(List.of(tag("system_tag"))));
    chat.put(ChatOptions.TRAINING, "");
    chat.put(ChatOptions.DETAIL, "");
    chat.put(ChatOptions.THINKING, ChatOptions.REASONING);
    chat.put(ChatOptions.THINKING_KEY, ChatOptions.REASONING);
    chat.put(ChatOptions.SYSTEM, column("system"));
    chat.put(ChatOptions.TOOLS, column("tools"));
    chat.put(ChatOptions.KWARGS, "");
    for (String column :
        List.of(
            "prompt",
            "query",
            "response",
            "history",
            "messages",
            "chosen",
            "rejected",
            "kto_tag")) {
      chat.put("columns." + column, column(column));
    }
    return chat;
  }

  /** The name of a column; empty if the entry has none. */
  private String column(String name) {
    String given = options.get("columns." + name);
    if (given != null) {
      return given;
    }
    if (options.keySet().stream().anyMatch(key -> key.startsWith("columns."))) {
      return "";
    }
    return options.get("formatting").equals("alpaca")
        ? ALPACA_COLUMNS.getOrDefault(name, "")
        : name.equals("messages") ? (openAi ? "messages" : "conversations") : "";
  }

  private String tag(String name) {
    return options.getOrDefault("tags." + name, (openAi ? OPENAI_TAGS : SHAREGPT_TAGS).get(name));
  }

  boolean isNamed(String column) {
    return !column(column).isEmpty();
  }

  Optional<JsonNode> value(String column) {
    return row.value("columns." + column);
  }

  String requiredText(String column) throws RefusedRecord {
    return row.requiredText("columns." + column);
  }

  Optional<String> optionalText(String column) throws RefusedRecord {
    return row.optionalText("columns." + column);
  }

  /** A column as messages name it. */
  String where(String column) {
    return "field '" + column(column) + "'";
  }

  boolean label(JsonNode value) throws RefusedRecord {
    if (!value.isBoolean()) {
      throw Row.wrongType(where("kto_tag"), value, "true or false");
    }
    return value.booleanValue();
  }

  /** Refuses a row with images, videos or audio: they would be lost. */
  void refuseMedia() throws RefusedRecord {
    for (String media : List.of("images", "videos", "audios")) {
      String name = column(media);
      JsonNode value = row.json().path(name);
      if (!name.isEmpty() && Row.present(value).isPresent() && !value.isEmpty()) {
        throw new RefusedRecord(
            "unsupported_content",
            "field '%s' has %s; only text is read; drop the row".formatted(name, media));
      }
    }
  }

  /** A list of turns, to which others may be added. */
  List<Message> messages(String column) throws RefusedRecord {
    JsonNode turns =
        value(column).orElseThrow(() -> row.missing(column(column), "columns." + column));
    JsonNode read = turns;
    if (turns.isArray()) {
      ArrayNode converted = MAPPER.createArrayNode();
      turns.forEach(turn -> converted.add(withCalls(turn)));
      read = converted;
    }
    return new ArrayList<>(reader().list(column(column), read));
  }

  /** One answer: a text, or a turn. */
  Message answer(String column) throws RefusedRecord {
    JsonNode value =
        value(column).orElseThrow(() -> row.missing(column(column), "columns." + column));
    return value.isObject()
        ? reader().read(column(column), withCalls(value))
        : Message.of("assistant", requiredText(column));
  }

  private MessageReader reader() {
    return new MessageReader(row, tag("role_tag"), tag("content_tag"));
  }

  /** A function turn's text is the call itself. */
  private JsonNode withCalls(JsonNode turn) {
    if (!turn.path(tag("role_tag")).asText().equals(tag("function_tag"))
        || turn.has("tool_calls")) {
      return turn;
    }
    ObjectNode call = turn.deepCopy();
    call.set("tool_calls", call.remove(tag("content_tag")));
    return call;
  }

  /** The turns with system message and tools of the row, the tools as OpenAI has them. */
  Conversation conversation(List<Message> turns) throws RefusedRecord {
    ConversationReader reader = new ConversationReader(row);
    Conversation read = reader.conversation(reader.withSystem(column("messages"), turns));
    Optional<JsonNode> tools = row.value(ChatOptions.TOOLS);
    return tools.isEmpty()
        ? read
        : new Conversation(
            read.messages(), ToolJson.wrapped(where("tools"), tools.get()), read.templateKwargs());
  }
}
