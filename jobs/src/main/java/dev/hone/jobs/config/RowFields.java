package dev.hone.jobs.config;

import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of a dataset entry that name fields of its rows. Which there are is each format's own
 * matter, so they stand in no table.
 *
 * @param type for messages
 */
record RowFields(Section section, ReadContext context, String type) {
  private static final String MAPPINGS = "message_property_mappings";

  /** Keys of any format that name a field of the row. */
  static Set<String> keys() {
    Set<String> keys = new TreeSet<>(Set.of("message_field_role", "message_field_content"));
    for (String type : CorpusFormats.names()) {
      CorpusFormats.named(type).orElseThrow().fields().keySet().stream()
          .map(key -> key.replaceAll("\\..*", ""))
          .forEach(keys::add);
    }
    return keys;
  }

  /** All of a format's fields, the defaults filled in. */
  Map<String, String> read(CorpusFormat format, ConfigNode.Entries entries) {
    Map<String, String> fields = new LinkedHashMap<>(format.fields());
    for (String key : keys()) {
      entries.get(key).ifPresent(node -> field(key, node, fields));
    }
    return fields;
  }

  /** Reads one key into the fields. */
  void field(String key, ConfigNode node, Map<String, String> fields) {
    if (key.equals(MAPPINGS) && node instanceof ConfigNode.Entries mappings) {
      mappings.values().forEach((role, value) -> put(MAPPINGS + "." + role, value, fields));
      return;
    }
    String name =
        key.startsWith("message_field_") && !key.equals("message_field_training")
            ? MAPPINGS + "." + key.substring("message_field_".length())
            : key;
    put(name, node, fields);
  }

  private void put(String key, ConfigNode node, Map<String, String> fields) {
    if (!fields.containsKey(key)) {
      context
          .problems()
          .add(
              node.location(),
              section.full(key),
              "rows of type '%s' have no such field; their keys are %s"
                  .formatted(type, String.join(", ", new TreeSet<>(fields.keySet()))));
      return;
    }
    Key word =
        new Key(
            key,
            Key.Type.TEXT,
            false,
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "");
    new ValueParser(word, section.full(key), context)
        .parse(node)
        .ifPresent(value -> fields.put(key, (String) value));
  }
}
