package dev.hone.jobs.config;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values of one mapping, checked against its table: each key is honoured, without effect,
 * refused, or unknown.
 */
final class Section {
  private final KeyTable table;
  private final ConfigNode.Entries entries;
  private final String prefix;
  private final ReadContext context;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Set<String> asked = new HashSet<>();

  /**
   * Checks every key.
   *
   * @param prefix what stands before the keys in messages: empty, or {@code datasets.0.}
   * @param extra further keys that the caller reads itself
   */
  Section(
      KeyTable table,
      ConfigNode.Entries entries,
      String prefix,
      Set<String> extra,
      ReadContext context) {
    this.table = table;
    this.entries = entries;
    this.prefix = prefix;
    this.context = context;
    entries.values().forEach((name, node) -> check(name, node, extra));
    for (Key key : table.honoured()) {
      if (key.required() && entries.get(key.name()).isEmpty()) {
        context
            .problems()
            .add(
                entries.location(),
                prefix + key.name(),
                "missing; give " + key.expected() + ". " + key.doc().replace("`", ""));
      }
    }
  }

  private void check(String name, ConfigNode node, Set<String> extra) {
    String full = prefix + name;
    Problems problems = context.problems();
    if (!CredentialCheck.passes(full, node, problems) || ConfigNode.isNull(node)) {
      return;
    }
    Optional<Key> key = table.find(name);
    if (key.isPresent()) {
      new ValueParser(key.get(), full, context)
          .parse(node)
          .ifPresent(value -> values.put(name, value));
      return;
    }
    if (extra.contains(name)) {
      return;
    }
    if (node instanceof ConfigNode.Entries inner && table.hasInner(name)) {
      inner.values().forEach((child, value) -> check(name + "." + child, value, extra));
      return;
    }
    Optional<KeyTable.KeyClass> noEffect = table.withoutEffect(name);
    if (noEffect.isPresent()) {
      context.noEffect(full, noEffect.get().reason());
      return;
    }
    Optional<KeyTable.KeyClass> refused = table.refused(name);
    if (refused.isPresent()) {
      if (!ConfigNode.isOff(node)) {
        problems.add(
            node.location(),
            full,
            "%s is not supported: %s".formatted(node.shown(), refused.get().reason()));
      }
      return;
    }
    problems.add(node.location(), full, "unknown key" + suggestion(name, extra));
  }

  private String suggestion(String name, Set<String> extra) {
    Set<String> known = new TreeSet<>(extra);
    table.honoured().forEach(key -> known.add(key.name()));
    table.withoutEffect().forEach(keys -> known.addAll(keys.patterns()));
    table.refused().forEach(keys -> known.addAll(keys.patterns()));
    known.removeIf(word -> word.endsWith("*"));
    return DidYouMean.nearest(name, known)
        .map(word -> "; did you mean " + word + "?")
        .orElse("; remove it, or see docs/config.md for the keys there are");
  }

  Location location() {
    return entries.location();
  }

  /** Where a key was written, or else the section. */
  Location location(String name) {
    return entries.get(name).map(ConfigNode::location).orElse(entries.location());
  }

  /** The key as messages name it. */
  String full(String name) {
    return prefix + name;
  }

  /** Whether the section's own table has the key. */
  boolean honours(String name) {
    return table.find(name).isPresent();
  }

  /** Whether the key was written with a value, right or wrong. */
  boolean given(String name) {
    return entries.get(name).isPresent();
  }

  void problem(String name, String message) {
    context.problems().add(location(name), full(name), message);
  }

  Optional<String> text(String name) {
    return value(name).map(Object::toString);
  }

  Optional<Integer> integer(String name) {
    return value(name).map(value -> ((Number) value).intValue());
  }

  OptionalDouble number(String name) {
    return value(name)
        .map(value -> OptionalDouble.of(((Number) value).doubleValue()))
        .orElse(OptionalDouble.empty());
  }

  /** Whether the key was written as one value, not as a list or a mapping. */
  boolean isScalar(String name) {
    return entries.get(name).filter(ConfigNode.Scalar.class::isInstance).isPresent();
  }

  /** The numbers of a list; empty where the key is absent. */
  List<Double> numbers(String name) {
    return value(name)
        .map(value -> ((List<?>) value).stream().map(Double.class::cast).toList())
        .orElse(List.of());
  }

  boolean flag(String name) {
    return value(name).map(Boolean.class::cast).orElse(false);
  }

  /** A list, or a single word as a list of one; empty where the key is absent. */
  List<String> words(String name) {
    return value(name)
        .map(value -> ((List<?>) value).stream().map(Object::toString).toList())
        .orElse(List.of());
  }

  Map<String, String> map(String name) {
    Map<String, String> map = new LinkedHashMap<>();
    value(name)
        .ifPresent(value -> ((Map<?, ?>) value).forEach((k, v) -> map.put((String) k, (String) v)));
    return map;
  }

  /** The keys of a mapping. */
  Optional<ConfigNode.Entries> inner(String name) {
    return value(name).map(ConfigNode.Entries.class::cast);
  }

  /** The mappings of a list of mappings. */
  List<ConfigNode.Entries> list(String name) {
    return value(name)
        .map(value -> ((List<?>) value).stream().map(ConfigNode.Entries.class::cast).toList())
        .orElse(List.of());
  }

  /** Keys that nobody asked for: a key in the table that the reader forgot. */
  Set<String> unread() {
    Set<String> unread = new TreeSet<>();
    table.honoured().forEach(key -> unread.add(key.name()));
    unread.removeAll(asked);
    return unread;
  }

  /** What holds for a key: as written or the default; empty if there is none. For display. */
  Optional<Object> effective(Key key) {
    return Optional.ofNullable(values.get(key.name()))
        .or(() -> entries.get(key.name()).isPresent() ? Optional.empty() : fallback(key));
  }

  private Optional<Object> value(String name) {
    asked.add(name);
    Key key =
        table
            .find(name)
            .orElseThrow(() -> new IllegalArgumentException(name + " is not in keys.yaml"));
    return effective(key);
  }

  private Optional<Object> fallback(Key key) {
    return key.fallback()
        .flatMap(
            text ->
                new ValueParser(key, full(key.name()), context)
                    .parse(
                        new ConfigNode.Scalar(
                            new Location("default", 0), text, ConfigNode.Scalar.Kind.TEXT)));
  }
}
