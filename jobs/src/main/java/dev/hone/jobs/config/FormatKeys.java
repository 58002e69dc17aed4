package dev.hone.jobs.config;

import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.corpus.FormatOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a dataset entry that its format honours. Which there are is each format's own matter,
 * so they stand in no table.
 *
 * @param type for messages
 */
record FormatKeys(Section section, ReadContext context, String type) {
  /** Older spellings, and what they are now. */
  private static final Map<String, String> LEGACY =
      Map.of(
          "message_field_role", "message_property_mappings.role",
          "message_field_content", "message_property_mappings.content");

  /** First words of the keys of all formats: {@code roles} for {@code roles.assistant}. */
  static Set<String> keys() {
    Set<String> keys = new TreeSet<>(LEGACY.keySet());
    for (String name : CorpusFormats.names()) {
      for (FormatOption option : CorpusFormats.named(name).orElseThrow().options()) {
        keys.add(option.key().replaceAll("\\..*", ""));
      }
    }
    return keys;
  }

  /** The values that were written, by option. */
  Map<String, String> read(CorpusFormat format, ConfigNode.Entries entries) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String key : keys()) {
      if (section.honours(key)) {
        continue;
      }
      entries.get(key).ifPresent(node -> read(format, LEGACY.getOrDefault(key, key), node, values));
    }
    return values;
  }

  private void read(CorpusFormat format, String key, ConfigNode node, Map<String, String> values) {
    if (node instanceof ConfigNode.Entries inner
        && format.options().stream().anyMatch(option -> option.key().startsWith(key + "."))) {
      inner.values().forEach((name, value) -> one(format, key + "." + name, value, values));
      return;
    }
    Optional<FormatOption> option = CorpusFormats.option(format.options(), key);
    if (option.isPresent() && option.get().kind() == FormatOption.Kind.MAPPING) {
      if (node instanceof ConfigNode.Entries inner) {
        inner.values().forEach((name, value) -> one(format, key + "." + name, value, values));
      } else {
        context
            .problems()
            .add(node.location(), section.full(key), node.shown() + " is not a mapping");
      }
      return;
    }
    one(format, key, node, values);
  }

  private void one(CorpusFormat format, String key, ConfigNode node, Map<String, String> values) {
    Optional<FormatOption> option = CorpusFormats.option(format.options(), key);
    if (option.isEmpty()) {
      List<String> known = format.options().stream().map(FormatOption::key).sorted().toList();
      context
          .problems()
          .add(
              node.location(),
              section.full(key),
              "rows of type '%s' have no such key; their keys are %s%s"
                  .formatted(
                      type,
                      known.isEmpty() ? "none" : String.join(", ", known),
                      DidYouMean.nearest(key, known)
                          .map(word -> "; did you mean " + word + "?")
                          .orElse("")));
      return;
    }
    if (ConfigNode.isNull(node)) {
      return;
    }
    new ValueParser(key(key, option.get(), node), section.full(key), context)
        .parse(node)
        .ifPresent(value -> values.put(key, travelling(value)));
  }

  private static Key key(String name, FormatOption option, ConfigNode node) {
    Key.Type kind =
        switch (option.kind()) {
          case FIELD, TEXT -> Key.Type.TEXT;
          case FLAG -> Key.Type.FLAG;
          case CHOICE -> Key.Type.CHOICE;
          case NAMES -> Key.Type.WORDS;
          case MAPPING -> node instanceof ConfigNode.Items ? Key.Type.WORDS : Key.Type.TEXT;
        };
    return new Key(
        name,
        kind,
        false,
        Optional.empty(),
        option.choices(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static String travelling(Object value) {
    if (value instanceof List<?> words) {
      List<String> texts = new ArrayList<>();
      words.forEach(word -> texts.add(word.toString()));
      return FormatOption.words(texts);
    }
    return value.toString();
  }
}
