package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Objects;

/**
 * A key of a {@code datasets:} entry that one format honours.
 *
 * <p>Values travel as text: a flag as {@code true} or {@code false}, a list of words as a JSON
 * list, the keys inside a mapping with dots: {@code message_property_mappings.role}. A format may
 * list a dotted key of its own, to give it a default.
 *
 * @param key as in the YAML
 * @param kind what its value looks like
 * @param choices the values of a choice
 * @param fallback the value where the key is absent; empty: off
 * @param doc its meaning, in Markdown, one sentence
 */
public record FormatOption(
    String key, Kind kind, List<String> choices, String fallback, String doc) {

  /** What a value may look like. */
  public enum Kind {
    /** The name of a field of the row; empty: the field is not looked for. */
    FIELD,
    TEXT,
    FLAG,
    CHOICE,
    /** One word or a list of words. */
    NAMES,
    /** Any keys inside it, with a word or a list of words each. */
    MAPPING
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  public FormatOption {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(kind, "kind");
    choices = List.copyOf(choices);
    Objects.requireNonNull(fallback, "fallback");
    Objects.requireNonNull(doc, "doc");
  }

  static FormatOption field(String key, String fallback, String doc) {
    return new FormatOption(key, Kind.FIELD, List.of(), fallback, doc);
  }

  static FormatOption text(String key, String fallback, String doc) {
    return new FormatOption(key, Kind.TEXT, List.of(), fallback, doc);
  }

  static FormatOption flag(String key, String doc) {
    return new FormatOption(key, Kind.FLAG, List.of(), "false", doc);
  }

  static FormatOption choice(String key, List<String> choices, String fallback, String doc) {
    return new FormatOption(key, Kind.CHOICE, choices, fallback, doc);
  }

  static FormatOption mapping(String key, String doc) {
    return new FormatOption(key, Kind.MAPPING, List.of(), "", doc);
  }

  /** A list of words as the value travels. */
  public static String words(List<String> words) {
    try {
      return MAPPER.writeValueAsString(words);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("words that are no JSON: " + words, e);
    }
  }

  /** What {@link #words} wrote; any other text is one word. */
  static List<String> wordList(String value) {
    if (!value.startsWith("[")) {
      return List.of(value);
    }
    try {
      return List.of(MAPPER.readValue(value, String[].class));
    } catch (JsonProcessingException e) {
      return List.of(value);
    }
  }
}
