package dev.hone.formats.model.hf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The values of one {@code config.json}, with defaults. It notes every problem instead of throwing
 * at the first, so that the user sees all of them at once.
 */
public final class ConfigJson {
  private final String file;
  private final ObjectNode json;
  private final List<String> problems;
  private final String prefix;

  /**
   * Wraps an object.
   *
   * @param file its name, for messages
   */
  public ConfigJson(String file, ObjectNode json) {
    this(file, json, new ArrayList<>(), "");
  }

  private ConfigJson(String file, ObjectNode json, List<String> problems, String prefix) {
    this.file = file;
    this.json = json;
    this.problems = problems;
    this.prefix = prefix;
  }

  /** The raw value; missing and null are the same, an empty Optional. */
  public Optional<JsonNode> value(String key) {
    JsonNode node = json.get(key);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** Whether the file sets the key to null, which is not the same as leaving it out. */
  public boolean isNull(String key) {
    return json.has(key) && json.get(key).isNull();
  }

  /** The elements of a list of texts; empty if there is none. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    value(key).ifPresent(list -> list.forEach(text -> texts.add(text.asText())));
    return texts;
  }

  /** A size of which there is no sensible default. */
  public int requiredSize(String key) {
    if (value(key).isEmpty()) {
      problem(key + " is missing");
      return 1;
    }
    return size(key, 1);
  }

  /** A whole number above 0. */
  public int size(String key, int defaultValue) {
    Optional<JsonNode> node = value(key);
    if (node.isEmpty()) {
      return defaultValue;
    }
    if (!isInt(node.get()) || node.get().intValue() < 1) {
      problem(key + " is " + node.get() + ", not a whole number above 0");
      return defaultValue;
    }
    return node.get().intValue();
  }

  /** A number above 0. */
  public double positive(String key, double defaultValue) {
    Optional<JsonNode> node = value(key);
    if (node.isEmpty()) {
      return defaultValue;
    }
    if (!node.get().isNumber() || !(node.get().doubleValue() > 0)) {
      problem(key + " is " + node.get() + ", not a number above 0");
      return defaultValue;
    }
    return node.get().doubleValue();
  }

  /** A flag. */
  public boolean flag(String key, boolean defaultValue) {
    Optional<JsonNode> node = value(key);
    if (node.isPresent() && !node.get().isBoolean()) {
      problem(key + " is " + node.get() + ", not true or false");
      return defaultValue;
    }
    return node.map(JsonNode::booleanValue).orElse(defaultValue);
  }

  /** A text. */
  public String text(String key, String defaultValue) {
    Optional<JsonNode> node = value(key);
    if (node.isPresent() && !node.get().isTextual()) {
      problem(key + " is " + node.get() + ", not a text");
      return defaultValue;
    }
    return node.map(JsonNode::textValue).orElse(defaultValue);
  }

  /** A token id. */
  public OptionalInt tokenId(String key) {
    List<Integer> ids = tokenIds(key);
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
  }

  /** A token id or a list of them; empty if there are none. */
  public List<Integer> tokenIds(String key) {
    Optional<JsonNode> node = value(key);
    if (node.isEmpty()) {
      return List.of();
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : node.get().isArray() ? node.get() : List.of(node.get())) {
      if (!isInt(id) || id.intValue() < 0) {
        problem(key + " is " + node.get() + ", not a token id or a list of them");
        return List.of();
      }
      ids.add(id.intValue());
    }
    return ids;
  }

  /** A nested object, noting its problems here; empty if there is none. */
  public Optional<ConfigJson> object(String key) {
    Optional<JsonNode> node = value(key);
    if (node.isPresent() && !node.get().isObject()) {
      problem(key + " is " + node.get() + ", not an object");
      return Optional.empty();
    }
    return node.map(n -> new ConfigJson(file, (ObjectNode) n, problems, key + "."));
  }

  private static boolean isInt(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt();
  }

  /** Notes a problem. */
  public void problem(String problem) {
    problems.add(prefix + problem);
  }

  /**
   * Throws if a problem was noted.
   *
   * @throws HoneException with all of them
   */
  public void check() {
    if (!problems.isEmpty()) {
      throw new HoneException(file + ": " + String.join("; ", problems));
    }
  }
}
