package dev.hone.jobs.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** The effective configuration, as trackers show it. */
final class Effective {
  private static final JsonMapper JSON = new JsonMapper();

  private Effective() {}

  /** The values of the top level, by key. */
  static Map<String, JsonNode> values(String config) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    parse(config).properties().forEach(field -> values.put(field.getKey(), field.getValue()));
    return values;
  }

  /** A word or number as it is, a list or mapping as JSON. */
  static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** The same for a person to read. */
  static String pretty(String config) {
    return parse(config).toPrettyString();
  }

  private static JsonNode parse(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a configuration that hone wrote is no JSON", e);
    }
  }
}
