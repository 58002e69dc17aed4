package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hone.formats.Utf16;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row while a format reads it: looks fields up by the configured names, and says what is wrong
 * in the words of the row. A JSON null counts as an absent field, since Parquet and Arrow write one
 * for every column that a row lacks.
 *
 * @param type the {@code type:} of the dataset, for messages
 */
record Row(String type, JsonNode json, Map<String, String> options) {
  private static final int SHOWN = 60;

  Row {
    options = Map.copyOf(options);
  }

  static Row of(String type, JsonNode json, Map<String, String> options) throws RefusedRecord {
    if (!json.isObject()) {
      throw wrongType("the row", json, "a JSON object, as type: " + type + " expects");
    }
    return new Row(type, json, options);
  }

  /** The name that the configuration gives to a field; empty if it is switched off. */
  String name(String key) {
    String name = options.get(key);
    if (name == null) {
      throw new IllegalArgumentException("type " + type + " was given no value for " + key);
    }
    return name;
  }

  /** Whether an option is on. */
  boolean flag(String key) {
    return Boolean.parseBoolean(options.get(key));
  }

  /** The value of a field, if there is one; of several names, the first that the row has. */
  Optional<JsonNode> value(String key) {
    for (String name : FormatOption.wordList(name(key))) {
      Optional<JsonNode> value = present(json.get(name));
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  /** A field that must hold text. */
  String requiredText(String key) throws RefusedRecord {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      throw missing(said(key), key);
    }
    String text = lines("field '" + said(key) + "'", value.get());
    if (text.isBlank()) {
      throw emptyText("field '" + said(key) + "'");
    }
    return text;
  }

  /** A field that must hold text, by its name in the row; an empty one is allowed. */
  String fieldText(String name) throws RefusedRecord {
    return text(
        "field '" + name + "'",
        present(json.get(name)).orElseThrow(() -> missing(name, "the wording")));
  }

  /** A field that may hold text; an empty string counts as none. */
  Optional<String> optionalText(String key) throws RefusedRecord {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    String text = lines("field '" + said(key) + "'", value.get());
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** The names of a field, for messages. */
  String said(String key) {
    return String.join("' or '", FormatOption.wordList(name(key)));
  }

  /** Text; a list of texts, such as the choices of a question, is one line each. */
  private static String lines(String where, JsonNode value) throws RefusedRecord {
    if (!value.isArray() || value.isEmpty() || !value.get(0).isTextual()) {
      return text(where, value);
    }
    List<String> lines = new ArrayList<>();
    for (JsonNode line : value) {
      lines.add("- \"" + text(where, line) + "\"");
    }
    return String.join("\n", lines);
  }

  /** Refuses a row that lacks a field. */
  RefusedRecord missing(String name, String key) {
    return new RefusedRecord(
        "missing_field",
        "field '%s' is %s, and type: %s needs it; the row has %s; %s: names another field"
            .formatted(name, absent(json, name), type, names(json), key));
  }

  /** How a field is not there. */
  static String absent(JsonNode object, String name) {
    return object.has(name) ? "null" : "missing";
  }

  static RefusedRecord emptyText(String where) {
    return new RefusedRecord(
        "empty_text",
        where + " is empty, so there is nothing to learn from it; fill it in or drop the row");
  }

  static RefusedRecord wrongType(String where, JsonNode value, String expected) {
    return new RefusedRecord(
        "wrong_type",
        "%s is %s: %s; it must be %s".formatted(where, typeName(value), shown(value), expected));
  }

  /** A JSON string that every later stage can write as UTF-8. */
  static String text(String where, JsonNode value) throws RefusedRecord {
    if (!value.isTextual()) {
      throw wrongType(where, value, "a string");
    }
    requireUnicode(where, value.textValue());
    return value.textValue();
  }

  /** Refuses what no later stage can write as UTF-8. */
  static void requireUnicode(String where, String text) throws RefusedRecord {
    int half = Utf16.unpairedSurrogate(text);
    if (half >= 0) {
      throw new RefusedRecord(
          "invalid_unicode",
          "%s has half a surrogate pair (\\u%04x) at character %d, which no UTF-8 text can hold; write the whole character"
              .formatted(where, (int) text.charAt(half), half));
    }
  }

  /** A text as JSON. */
  static String json(String text) {
    return TextNode.valueOf(text).toString();
  }

  static Optional<JsonNode> present(JsonNode value) {
    return value == null || value.isNull() || value.isMissingNode()
        ? Optional.empty()
        : Optional.of(value);
  }

  static String names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.isEmpty() ? "no fields" : String.join(", ", names);
  }

  static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  private static String typeName(JsonNode value) {
    String name = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return (name.equals("array") || name.equals("object") ? "an " : "a ") + name;
  }
}
