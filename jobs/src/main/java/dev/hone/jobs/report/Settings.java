package dev.hone.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration, or any other JSON of a table, as keys and values without nesting.
 *
 * <p>Example: {@code {"seed": 7, "datasets": [{"path": "a"}], "tags": ["x", "y"]}} is {@code seed =
 * 7}, {@code datasets.0.path = a}, {@code tags = [x, y]}.
 */
final class Settings {
  private static final JsonMapper JSON = new JsonMapper();

  private Settings() {}

  /** In the order in which they are written. */
  static Map<String, String> of(String json) {
    Map<String, String> settings = new LinkedHashMap<>();
    try {
      add("", JSON.readTree(json), settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column of the table runs or preps is no JSON", e);
    }
    return settings;
  }

  private static void add(String key, JsonNode node, Map<String, String> settings) {
    String prefix = key.isEmpty() ? "" : key + ".";
    if (node.isObject() && !node.isEmpty()) {
      node.properties().forEach(entry -> add(prefix + entry.getKey(), entry.getValue(), settings));
    } else if (node.isArray() && hasNested(node)) {
      for (int i = 0; i < node.size(); i++) {
        add(prefix + i, node.get(i), settings);
      }
    } else if (!key.isEmpty()) {
      settings.put(key, text(node));
    }
  }

  private static boolean hasNested(JsonNode array) {
    for (JsonNode element : array) {
      if (element.isContainerNode()) {
        return true;
      }
    }
    return false;
  }

  private static String text(JsonNode node) {
    if (!node.isArray()) {
      return node.isValueNode() ? node.asText() : node.toString();
    }
    List<String> elements = new ArrayList<>();
    node.forEach(element -> elements.add(text(element)));
    return "[" + String.join(", ", elements) + "]";
  }
}
