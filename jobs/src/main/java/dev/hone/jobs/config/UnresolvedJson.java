package dev.hone.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;

/** A configuration as JSON, as it was written: references to the environment stay references. */
final class UnresolvedJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private UnresolvedJson() {}

  static String write(ConfigNode node) {
    return json(node).toString();
  }

  /** The same with the defaults of keys that were not written. */
  static String effective(ConfigNode.Entries root) {
    ObjectNode object = (ObjectNode) json(root);
    for (Key key : KeyTable.topLevel().honoured()) {
      if (root.get(key.name()).isEmpty() && key.fallback().isPresent()) {
        object.set(key.name(), fallback(key, key.fallback().get()));
      }
    }
    object.properties().removeIf(entry -> entry.getValue().isNull());
    return object.toString();
  }

  private static JsonNode fallback(Key key, String text) {
    return switch (key.type()) {
      case FLAG -> NODES.booleanNode(Flags.parse(text).orElseThrow());
      case INTEGER, NUMBER -> number(text);
      default -> NODES.textNode(text);
    };
  }

  private static JsonNode json(ConfigNode node) {
    if (node instanceof ConfigNode.Entries entries) {
      ObjectNode object = NODES.objectNode();
      entries.values().forEach((key, value) -> object.set(key, json(value)));
      return object;
    }
    if (node instanceof ConfigNode.Items items) {
      ArrayNode array = NODES.arrayNode();
      items.values().forEach(value -> array.add(json(value)));
      return array;
    }
    ConfigNode.Scalar scalar = (ConfigNode.Scalar) node;
    return switch (scalar.kind()) {
      case NULL -> NODES.nullNode();
      case FLAG -> NODES.booleanNode(Flags.parse(scalar.text()).orElseThrow());
      case INTEGER, NUMBER -> number(scalar.text());
      case TEXT -> NODES.textNode(scalar.text());
    };
  }

  private static JsonNode number(String text) {
    Optional<Double> value = Numbers.parse(text);
    return value.isPresent()
        ? NODES.numberNode(new BigDecimal(text.replace("_", "").replaceFirst("^\\+", "")))
        : NODES.textNode(text);
  }
}
