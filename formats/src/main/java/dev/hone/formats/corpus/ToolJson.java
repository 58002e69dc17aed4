package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;

/**
 * Tools and tool calls as templates expect them, from the spellings that rows have. Arrow has no
 * mixed structs, so any level may come as JSON text: the list, one definition, its parameters, the
 * arguments of a call.
 */
final class ToolJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ToolJson() {}

  /** The definitions, a JSON list as text; empty for none. */
  static Optional<String> tools(String where, JsonNode value) throws RefusedRecord {
    ArrayNode tools = MAPPER.createArrayNode();
    for (JsonNode item : list(where, value)) {
      String place = where + "[" + tools.size() + "]";
      JsonNode tool = parsed(place, item);
      if (!tool.isObject()) {
        throw Row.wrongType(place, item, "a tool definition, an object");
      }
      ObjectNode copy = tool.deepCopy();
      JsonNode function = copy.path("function");
      if (function.path("parameters").isTextual()) {
        ((ObjectNode) function)
            .set("parameters", parsed(place + ".function.parameters", function.path("parameters")));
      }
      tools.add(copy);
    }
    return tools.isEmpty() ? Optional.empty() : Optional.of(tools.toString());
  }

  /** The same, each bare function in the object that OpenAI puts around it. */
  static Optional<String> wrapped(String where, JsonNode value) throws RefusedRecord {
    Optional<String> tools = tools(where, value);
    if (tools.isEmpty()) {
      return tools;
    }
    ArrayNode wrapped = MAPPER.createArrayNode();
    for (JsonNode tool : parsed(where, TextNode.valueOf(tools.get()))) {
      wrapped.add(
          tool.has("function")
              ? tool
              : MAPPER.createObjectNode().put("type", "function").set("function", tool));
    }
    return Optional.of(wrapped.toString());
  }

  /** Calls as {@link Message#toolCalls()} has them; empty for none. */
  static Optional<String> calls(String where, JsonNode value) throws RefusedRecord {
    ArrayNode calls = MAPPER.createArrayNode();
    for (JsonNode item : list(where, value)) {
      calls.add(call(where + "[" + calls.size() + "]", parsed(where, item)));
    }
    return calls.isEmpty() ? Optional.empty() : Optional.of(calls.toString());
  }

  private static ObjectNode call(String where, JsonNode item) throws RefusedRecord {
    JsonNode function = item.has("function") ? item.get("function") : item;
    JsonNode name = function.path("name");
    if (!name.isTextual()) {
      throw new RefusedRecord(
          "invalid_tool_call",
          "%s is %s; a call is {function: {name: ..., arguments: {...}}} or {name: ..., arguments: {...}}; correct it or drop the row"
              .formatted(where, Row.shown(item)));
    }
    ObjectNode call = MAPPER.createObjectNode();
    if (item.path("id").isTextual() || item.path("id").isNumber()) {
      call.set("id", item.get("id"));
    }
    call.put("type", "function");
    call.putObject("function")
        .put("name", Row.text(where + ".name", name))
        .set("arguments", arguments(where + ".arguments", function.path("arguments")));
    return call;
  }

  private static JsonNode arguments(String where, JsonNode value) throws RefusedRecord {
    if (Row.present(value).isEmpty() || (value.isTextual() && value.textValue().isBlank())) {
      return MAPPER.createObjectNode();
    }
    JsonNode arguments = parsed(where, value);
    if (!arguments.isObject()) {
      throw new RefusedRecord(
          "invalid_tool_call",
          "%s is %s; the arguments of a call are an object, or its JSON text; correct it or drop the row"
              .formatted(where, Row.shown(value)));
    }
    return arguments;
  }

  /** An object as JSON text; empty for none. */
  static Optional<String> object(String where, JsonNode value) throws RefusedRecord {
    if (value.isTextual() && value.textValue().isBlank()) {
      return Optional.empty();
    }
    JsonNode object = parsed(where, value);
    if (!object.isObject()) {
      throw Row.wrongType(where, value, "an object, or its JSON text");
    }
    return object.isEmpty() ? Optional.empty() : Optional.of(object.toString());
  }

  /** Whether an object, as text, has a field. */
  static boolean has(String object, String field) {
    try {
      return MAPPER.readTree(object).has(field);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not an object: " + object, e);
    }
  }

  private static JsonNode list(String where, JsonNode value) throws RefusedRecord {
    if (value.isTextual() && value.textValue().isBlank()) {
      return MAPPER.createArrayNode();
    }
    JsonNode list = parsed(where, value);
    if (list.isObject() && list.isEmpty()) {
      return MAPPER.createArrayNode();
    }
    if (list.isObject()) {
      return MAPPER.createArrayNode().add(list);
    }
    if (!list.isArray()) {
      throw Row.wrongType(where, value, "a list, or its JSON text");
    }
    return list;
  }

  private static JsonNode parsed(String where, JsonNode value) throws RefusedRecord {
    if (!value.isTextual()) {
      return value;
    }
    try {
      JsonNode parsed = MAPPER.readTree(Row.text(where, value));
      if (parsed != null && !parsed.isMissingNode()) {
        return parsed;
      }
    } catch (JsonProcessingException e) {
      // Refused below, in the words of the row.
    }
    throw new RefusedRecord(
        "corrupt_json",
        "%s is text that is no JSON: %s; correct it or drop the row"
            .formatted(where, Row.shown(value)));
  }
}
