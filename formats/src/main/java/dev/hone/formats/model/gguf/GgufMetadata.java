package dev.hone.formats.model.gguf;

import dev.hone.formats.HoneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-value pairs of a GGUF file. Whole numbers are {@code Long}, the rest {@code Float},
 * {@code Double}, {@code Boolean}, {@code String} or {@code List} of those.
 */
public final class GgufMetadata {
  private final Path path;
  private final Map<String, Object> values;

  GgufMetadata(Path path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /** All pairs, in the file's order. */
  public Map<String, Object> values() {
    return values;
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A text; throws if it is missing. */
  public String requiredText(String key) {
    return text(key).orElseThrow(() -> missing(key));
  }

  /** A text. */
  public Optional<String> text(String key) {
    return get(key, String.class, "a text");
  }

  /** A flag. */
  public Optional<Boolean> flag(String key) {
    return get(key, Boolean.class, "true or false");
  }

  /** A whole number from 0 to 2^31 - 1; throws if it is missing. */
  public int requiredInt(String key) {
    return integer(key).orElseThrow(() -> missing(key));
  }

  /** A whole number from 0 to 2^31 - 1. */
  public Optional<Integer> integer(String key) {
    Optional<Long> value = get(key, Long.class, "a whole number");
    if (value.isPresent() && (value.get() < 0 || value.get() > Integer.MAX_VALUE)) {
      throw new HoneException(path + ": " + key + " is " + value.get() + ", out of range");
    }
    return value.map(Long::intValue);
  }

  /**
   * A number. A float32 becomes the shortest decimal that means it, 1e-5 and not
   * 9.999999747378752e-06: that is what the file was made from.
   */
  public Optional<Double> number(String key) {
    Optional<Number> value = get(key, Number.class, "a number");
    return value.map(
        n -> n instanceof Float f ? Double.parseDouble(Float.toString(f)) : n.doubleValue());
  }

  /** A list of texts; empty if the key is missing. */
  public List<String> texts(String key) {
    return list(key, String.class, "texts");
  }

  /** A list of whole numbers; empty if the key is missing. */
  public List<Long> integers(String key) {
    return list(key, Long.class, "whole numbers");
  }

  /** A list of numbers; empty if the key is missing. */
  public List<Double> numbers(String key) {
    return list(key, Number.class, "numbers").stream().map(Number::doubleValue).toList();
  }

  private <T> List<T> list(String key, Class<T> type, String what) {
    List<T> texts = new ArrayList<>();
    for (Object element : get(key, List.class, "a list").orElse(List.of())) {
      if (!type.isInstance(element)) {
        throw new HoneException(path + ": " + key + " is not a list of " + what);
      }
      texts.add(type.cast(element));
    }
    return texts;
  }

  private <T> Optional<T> get(String key, Class<T> type, String what) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new HoneException(path + ": " + key + " is not " + what);
    }
    return Optional.of(type.cast(value));
  }

  private HoneException missing(String key) {
    return new HoneException(path + " has no " + key + " in its metadata");
  }
}
