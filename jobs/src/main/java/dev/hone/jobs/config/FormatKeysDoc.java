package dev.hone.jobs.config;

import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.corpus.FormatOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The keys of the formats as lines of a table of {@code docs/config.md}. */
final class FormatKeysDoc {
  private FormatKeysDoc() {}

  /** One line for each key; types are told by their families, {@code chatml} for all of its. */
  static List<String> lines() {
    Map<String, Map<String, TreeSet<String>>> defaults = new TreeMap<>();
    Map<String, FormatOption> options = new TreeMap<>();
    for (String type : CorpusFormats.names()) {
      for (FormatOption option : CorpusFormats.named(type).orElseThrow().options()) {
        options.putIfAbsent(option.key(), option);
        defaults
            .computeIfAbsent(option.key(), key -> new TreeMap<>())
            .computeIfAbsent(option.fallback(), value -> new TreeSet<>())
            .add(type.replaceAll("[.:].*", ""));
      }
    }
    List<String> lines = new ArrayList<>();
    options.forEach(
        (key, option) -> {
          Map<String, TreeSet<String>> values = defaults.get(key);
          TreeSet<String> types = new TreeSet<>();
          values.values().forEach(types::addAll);
          lines.add(
              "| `%s` | %s | %s | %s | %s |"
                  .formatted(
                      key,
                      expected(option),
                      fallback(option, values.keySet()),
                      option.doc(),
                      types.stream()
                          .map(type -> "`" + type + "`")
                          .collect(Collectors.joining(", "))));
        });
    return lines;
  }

  private static String expected(FormatOption option) {
    return switch (option.kind()) {
      case FIELD -> "name of a field";
      case TEXT -> "text";
      case FLAG -> "true or false";
      case CHOICE -> "one of " + String.join(", ", option.choices());
      case NAMES -> "one word or a list of words";
      case MAPPING -> "a mapping";
    };
  }

  private static String fallback(FormatOption option, Iterable<String> values) {
    if (option.kind() == FormatOption.Kind.MAPPING) {
      return "";
    }
    List<String> said = new ArrayList<>();
    values.forEach(value -> said.add(value.isEmpty() ? "`''`" : "`" + value + "`"));
    return said.size() > 3 || said.stream().anyMatch(value -> value.contains("\n"))
        ? "by type"
        : String.join(" or ", said);
  }
}
