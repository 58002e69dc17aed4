package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.Weighted.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Reads what {@link DocumentWriter} wrote. What is wrong with a record is an
 * IllegalArgumentException, as Jackson's own {@code required} throws it.
 */
final class DocumentParser {
  private DocumentParser() {}

  static Document read(JsonNode record, String kind) {
    return switch (kind) {
      case "conversation" -> conversation(record);
      case "completion" -> completion(record);
      case "pretokenized" -> new Pretokenized(ints(record, "input_ids"), ints(record, "labels"));
      case "preference" ->
          new Preference(
              answer(record.required("chosen")),
              answer(record.required("rejected")),
              record.has("margin")
                  ? OptionalDouble.of(record.get("margin").doubleValue())
                  : OptionalDouble.empty());
      case "unpaired" ->
          new Unpaired(
              answer(record.required("completion")), record.required("label").booleanValue());
      default -> throw new IllegalArgumentException("no such kind");
    };
  }

  private static Document answer(JsonNode record) {
    return record.has("messages") ? conversation(record) : completion(record);
  }

  private static Conversation conversation(JsonNode record) {
    List<Message> messages = new ArrayList<>();
    record.required("messages").forEach(message -> messages.add(message(message)));
    return new Conversation(
        messages, optional(record, "tools"), optional(record, "chat_template_kwargs"));
  }

  private static Message message(JsonNode message) {
    Map<String, String> properties = new TreeMap<>();
    message
        .path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().textValue()));
    List<Weighted> weighted = new ArrayList<>();
    for (JsonNode range : message.path("weighted")) {
      weighted.add(
          new Weighted(
              Field.valueOf(text(range, "field").toUpperCase(Locale.ROOT)),
              range.required("start").intValue(),
              range.required("end").intValue(),
              range.required("weight").floatValue()));
    }
    return new Message(
        text(message, "role"),
        text(message, "content"),
        optional(message, "reasoning"),
        optional(message, "tool_calls"),
        properties,
        weight(message),
        weighted,
        message.has("input_start")
            ? OptionalInt.of(message.get("input_start").intValue())
            : OptionalInt.empty());
  }

  /** Version 0.1 had {@code train} instead of a weight. */
  private static Optional<Float> weight(JsonNode record) {
    if (record.has("train")) {
      return Optional.of(record.get("train").booleanValue() ? 1f : 0f);
    }
    return Optional.ofNullable(record.get("weight")).map(JsonNode::floatValue);
  }

  private static Completion completion(JsonNode record) {
    if (!record.has("segments")) {
      return Completion.of(record.path("prompt").asText(""), text(record, "text"));
    }
    List<Segment> segments = new ArrayList<>();
    for (JsonNode segment : record.get("segments")) {
      segments.add(new Segment(text(segment, "text"), weight(segment)));
    }
    return new Completion(segments, record.required("closed").booleanValue());
  }

  private static Optional<String> optional(JsonNode record, String name) {
    return record.has(name) ? Optional.of(text(record, name)) : Optional.empty();
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
}
