package dev.hone.jobs.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The keys of one mapping of a configuration: the top level, an entry of {@code datasets}, an entry
 * of another list such as {@code question_datasets}, or a mapping such as {@code distributed}.
 *
 * @param groups honoured keys by heading, in the order of the documentation
 * @param withoutEffect accepted and without effect here
 * @param refused refused unless they are off
 */
record KeyTable(
    Map<String, List<Key>> groups, List<KeyClass> withoutEffect, List<KeyClass> refused) {

  /**
   * Keys that share their treatment.
   *
   * @param reason why they have no effect; or what to use instead
   * @param patterns names; a {@code *} at the end stands for any ending
   */
  record KeyClass(String reason, List<String> patterns) {
    boolean matches(String key) {
      return patterns.stream()
          .anyMatch(
              pattern ->
                  pattern.endsWith("*")
                      ? key.startsWith(pattern.substring(0, pattern.length() - 1))
                      : key.equals(pattern));
    }
  }

  KeyTable {
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    withoutEffect = List.copyOf(withoutEffect);
    refused = List.copyOf(refused);
  }

  /** The keys of the top level. */
  static KeyTable topLevel() {
    Map<?, ?> file = load();
    Map<String, List<Key>> groups = new LinkedHashMap<>();
    ((Map<?, ?>) file.get("honoured"))
        .forEach((title, keys) -> groups.put((String) title, keys((Map<?, ?>) keys)));
    return new KeyTable(groups, classes(file, "without_effect"), classes(file, "refused"));
  }

  /** The keys of an entry of {@code datasets} or {@code test_datasets}, less the row's fields. */
  static KeyTable datasets() {
    Map<?, ?> file = load();
    return new KeyTable(
        Map.of("datasets", keys((Map<?, ?>) file.get("datasets"))),
        classes(file, "datasets_without_effect"),
        classes(file, "datasets_refused"));
  }

  /** The keys of an entry of {@code exact_match_datasets}. */
  static KeyTable exactMatchDatasets() {
    return of("exact_match_datasets");
  }

  /** The keys of an entry of {@code question_datasets}. */
  static KeyTable questionDatasets() {
    return of("question_datasets");
  }

  /** The keys of an entry of {@code multiple_choice_datasets}. */
  static KeyTable multipleChoiceDatasets() {
    return of("multiple_choice_datasets");
  }

  /** The keys of {@code judge}. */
  static KeyTable judge() {
    return of("judge");
  }

  /** The keys of an entry of {@code lr_groups}. */
  static KeyTable lrGroups() {
    return of("lr_groups");
  }

  /** The keys of {@code distributed}. */
  static KeyTable distributed() {
    return of("distributed");
  }

  /** The keys of {@code nightly}. */
  static KeyTable nightly() {
    return of("nightly");
  }

  private static KeyTable of(String name) {
    return new KeyTable(Map.of(name, keys((Map<?, ?>) load().get(name))), List.of(), List.of());
  }

  List<Key> honoured() {
    return groups.values().stream().flatMap(List::stream).toList();
  }

  Optional<Key> find(String name) {
    return honoured().stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** An exact name wins over a pattern, so that {@code special_tokens.pad_token} can be let off. */
  Optional<KeyClass> withoutEffect(String name) {
    return withoutEffect.stream().filter(keys -> keys.matches(name)).findFirst();
  }

  Optional<KeyClass> refused(String name) {
    return refused.stream().filter(keys -> keys.matches(name)).findFirst();
  }

  /** Whether keys inside the mapping {@code name} are known one by one. */
  boolean hasInner(String name) {
    return Stream.concat(withoutEffect.stream(), refused.stream())
        .flatMap(keys -> keys.patterns().stream())
        .anyMatch(pattern -> pattern.startsWith(name + "."));
  }

  private static Map<?, ?> load() {
    try (InputStream in = KeyTable.class.getResourceAsStream("keys.yaml")) {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Key> keys(Map<?, ?> section) {
    List<Key> keys = new ArrayList<>();
    section.forEach((name, value) -> keys.add(key((String) name, (Map<?, ?>) value)));
    return List.copyOf(keys);
  }

  private static Key key(String name, Map<?, ?> value) {
    List<?> choices = value.containsKey("values") ? (List<?>) value.get("values") : List.of();
    return new Key(
        name,
        Key.Type.valueOf(((String) value.get("type")).toUpperCase(Locale.ROOT)),
        Boolean.TRUE.equals(value.get("required")),
        Optional.ofNullable(value.get("default")).map(Object::toString),
        choices.stream().map(Object::toString).toList(),
        bound(value, "min"),
        bound(value, "above"),
        bound(value, "max"),
        bound(value, "below"),
        (String) value.get("doc"));
  }

  private static Optional<Double> bound(Map<?, ?> value, String name) {
    return Optional.ofNullable((Number) value.get(name)).map(Number::doubleValue);
  }

  private static List<KeyClass> classes(Map<?, ?> file, String name) {
    List<KeyClass> classes = new ArrayList<>();
    for (Object entry : (List<?>) file.get(name)) {
      Map<?, ?> map = (Map<?, ?>) entry;
      classes.add(
          new KeyClass(
              (String) map.get("reason"),
              ((List<?>) map.get("keys")).stream().map(Object::toString).toList()));
    }
    return classes;
  }
}
