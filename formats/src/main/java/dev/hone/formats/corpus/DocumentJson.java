package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.HoneException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The normalised record of column {@code documents.record}: one spelling for each document, with
 * the keys in a fixed order and nothing that is absent, so that equal documents are equal bytes.
 *
 * <pre>{@code
 * {"messages":[{"role":"user","content":"Add.\n2 2","input_start":5},{"role":"assistant","content":"4"}]}
 * {"prompt":"Q: ","text":"A"}
 * {"input_ids":[5,6],"labels":[-100,6]}
 * }</pre>
 */
public final class DocumentJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DocumentJson() {}

  public static String write(Document document) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = MAPPER.createGenerator(text)) {
      json.writeStartObject();
      if (document instanceof Conversation conversation) {
        writeConversation(conversation, json);
      } else if (document instanceof Completion completion) {
        if (!completion.prompt().isEmpty()) {
          json.writeStringField("prompt", completion.prompt());
        }
        json.writeStringField("text", completion.text());
      } else if (document instanceof Pretokenized tokens) {
        writeInts("input_ids", tokens.inputIds(), json);
        writeInts("labels", tokens.labels(), json);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param kind {@link Document#kind()}
   * @throws HoneException if the text is no normalised record of this kind
   */
  public static Document read(String json, String kind) {
    try {
      JsonNode record = MAPPER.readTree(json);
      return switch (kind) {
        case "conversation" -> conversation(record);
        case "completion" -> new Completion(record.path("prompt").asText(""), text(record, "text"));
        case "pretokenized" -> new Pretokenized(ints(record, "input_ids"), ints(record, "labels"));
        default -> throw new IllegalArgumentException("no such kind");
      };
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new HoneException(
          "a record of kind '%s' in table documents cannot be read: %s; run prep again on its source"
              .formatted(kind, firstLine(e)),
          e);
    }
  }

  private static void writeConversation(Conversation conversation, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart("messages");
    for (Message message : conversation.messages()) {
      json.writeStartObject();
      json.writeStringField("role", message.role());
      json.writeStringField("content", message.content());
      if (message.train().isPresent()) {
        json.writeBooleanField("train", message.train().get());
      }
      if (message.inputStart().isPresent()) {
        json.writeNumberField("input_start", message.inputStart().getAsInt());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    if (conversation.tools().isPresent()) {
      json.writeStringField("tools", conversation.tools().get());
    }
  }

  private static void writeInts(String name, int[] values, JsonGenerator json) throws IOException {
    json.writeFieldName(name);
    json.writeArray(values, 0, values.length);
  }

  private static Conversation conversation(JsonNode record) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : record.required("messages")) {
      messages.add(
          new Message(
              text(message, "role"),
              text(message, "content"),
              Optional.ofNullable(message.get("train")).map(JsonNode::booleanValue),
              message.has("input_start")
                  ? OptionalInt.of(message.get("input_start").intValue())
                  : OptionalInt.empty()));
    }
    return new Conversation(
        messages, Optional.ofNullable(record.get("tools")).map(JsonNode::textValue));
  }

  private static String text(JsonNode record, String name) {
    JsonNode value = record.required(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " is no text");
    }
    return value.textValue();
  }

  private static int[] ints(JsonNode record, String name) {
    JsonNode list = record.required(name);
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).intValue();
    }
    return values;
  }

  private static String firstLine(Exception e) {
    return e.getMessage().lines().findFirst().orElse("");
  }
}
