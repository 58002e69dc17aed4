package dev.hone.jobs.config;

import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.template.ChatTemplates;
import dev.hone.formats.tokenizer.MaskRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code datasets}, {@code test_datasets} and {@code exact_match_datasets}. */
final class DatasetReader {
  private static final String MAPPINGS = "message_property_mappings";

  private final Section top;
  private final ReadContext context;
  private final Set<String> names = new HashSet<>();

  DatasetReader(Section top, ReadContext context) {
    this.top = top;
    this.context = context;
    checkTemplate(top, "chat_template");
    top.text("dataset_format")
        .filter(type -> CorpusFormats.named(type).isEmpty())
        .ifPresent(type -> top.problem("dataset_format", unknownType(type)));
  }

  List<HoneConfig.Dataset> read(String list) {
    List<HoneConfig.Dataset> read = new ArrayList<>();
    List<ConfigNode.Entries> entries = top.list(list);
    for (int i = 0; i < entries.size(); i++) {
      dataset(list + "." + i, entries.get(i)).ifPresent(read::add);
    }
    return read;
  }

  List<HoneConfig.ExactMatch> readExactMatch() {
    List<HoneConfig.ExactMatch> read = new ArrayList<>();
    List<ConfigNode.Entries> entries = top.list("exact_match_datasets");
    Set<String> exactNames = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String key = "exact_match_datasets." + i;
      Section section =
          new Section(KeyTable.exactMatchDatasets(), entries.get(i), key + ".", Set.of(), context);
      checkTemplate(section, "chat_template");
      Optional<String> path = section.text("path");
      Optional<String> name = name(section, path, exactNames);
      Optional<Integer> maxNewTokens = section.integer("max_new_tokens");
      if (path.isPresent() && name.isPresent() && maxNewTokens.isPresent()) {
        read.add(
            new HoneConfig.ExactMatch(
                key,
                section.location().toString(),
                name.get(),
                path.get(),
                section.text("ds_type"),
                section.text("field_prompt").orElse(""),
                section.text("field_system").orElse(""),
                section.text("field_answer").orElse(""),
                section.text("chat_template").or(() -> top.text("chat_template")).orElse(""),
                maxNewTokens.get()));
      }
    }
    return read;
  }

  private Optional<HoneConfig.Dataset> dataset(String key, ConfigNode.Entries entries) {
    Section section = new Section(KeyTable.datasets(), entries, key + ".", fieldKeys(), context);
    Optional<String> path = section.text("path");
    Optional<String> name = name(section, path, names);
    // An empty type is a type of its own, so a global one may only fill in for an absent key.
    Optional<String> type =
        section.given("type")
            ? section.text("type")
            : Optional.of(
                entries.values().containsKey("type") ? "" : top.text("dataset_format").orElse(""));
    Optional<CorpusFormat> format = type.flatMap(CorpusFormats::named);
    if (type.isPresent() && format.isEmpty()) {
      section.problem("type", unknownType(type.get()));
    }
    checkTemplate(section, "chat_template");
    checkTemplate(section, "conversation");
    StepsReader.notBoth(section, "chat_template", "conversation");
    Map<String, String> fields =
        format.map(known -> fields(known, type.get(), section, entries)).orElse(Map.of());
    MaskRules rules =
        new MaskRules(
            top.flag("train_on_inputs"),
            new HashSet<>(section.words("roles_to_train")),
            MaskRules.TrainOnEos.valueOf(
                section.text("train_on_eos").orElse("turn").toUpperCase(Locale.ROOT)));
    if (path.isEmpty() || name.isEmpty() || format.isEmpty()) {
      return Optional.empty();
    }
    String template =
        section
            .text("chat_template")
            .or(() -> section.text("conversation"))
            .orElseGet(
                () ->
                    type.get().equals("alpaca") ? "alpaca" : top.text("chat_template").orElse(""));
    return Optional.of(
        new HoneConfig.Dataset(
            key,
            section.location().toString(),
            name.get(),
            path.get(),
            type.get(),
            fields,
            section.text("ds_type"),
            template,
            rules));
  }

  private static String unknownType(String type) {
    Set<String> known = new TreeSet<>(CorpusFormats.names());
    known.remove("");
    return "'%s' is not a type; use one of %s, or leave it empty for pre-tokenized rows%s"
        .formatted(
            type,
            String.join(", ", known),
            DidYouMean.nearest(type, known).map(word -> "; did you mean " + word + "?").orElse(""));
  }

  private static void checkTemplate(Section section, String key) {
    section
        .text(key)
        .filter(name -> !ChatTemplates.names().contains(name))
        .ifPresent(
            name ->
                section.problem(
                    key,
                    "'%s' is not a template of this version; use one of %s%s"
                        .formatted(
                            name,
                            String.join(", ", ChatTemplates.names()),
                            DidYouMean.nearest(name, ChatTemplates.names())
                                .map(word -> "; did you mean " + word + "?")
                                .orElse(""))));
  }

  /** A name of its own for each entry: it becomes a column. */
  private static Optional<String> name(Section section, Optional<String> path, Set<String> taken) {
    Optional<String> given = section.text("name");
    if (given.isPresent()) {
      if (!taken.add(given.get())) {
        section.problem(
            "name", "'%s' is the name of another entry; give each its own".formatted(given.get()));
        return Optional.empty();
      }
      return given;
    }
    return path.map(
        text -> {
          String stem = stem(text);
          String name = stem;
          for (int n = 2; !taken.add(name); n++) {
            name = stem + "-" + n;
          }
          return name;
        });
  }

  /** {@code s3a://bucket/rows.jsonl -> rows}; a query is called query. */
  private static String stem(String path) {
    if (path.strip().toUpperCase(Locale.ROOT).startsWith("SELECT ")) {
      return "query";
    }
    String last = path.replaceAll("/+$", "").replaceAll("^.*/", "");
    String stem = last.replaceAll("\\.(jsonl?|parquet|txt|text)(\\.gz)?$", "");
    return stem.isEmpty() ? "data" : stem;
  }

  /** Keys of any format that name a field of the row. */
  private static Set<String> fieldKeys() {
    Set<String> keys = new TreeSet<>(Set.of("message_field_role", "message_field_content"));
    for (String type : CorpusFormats.names()) {
      CorpusFormats.named(type).orElseThrow().fields().keySet().stream()
          .map(key -> key.replaceAll("\\..*", ""))
          .forEach(keys::add);
    }
    return keys;
  }

  private Map<String, String> fields(
      CorpusFormat format, String type, Section section, ConfigNode.Entries entries) {
    Map<String, String> fields = new LinkedHashMap<>(format.fields());
    for (String key : fieldKeys()) {
      entries.get(key).ifPresent(node -> field(key, node, fields, type, section));
    }
    return fields;
  }

  private void field(
      String key, ConfigNode node, Map<String, String> fields, String type, Section section) {
    if (key.equals(MAPPINGS) && node instanceof ConfigNode.Entries mappings) {
      mappings
          .values()
          .forEach((role, value) -> put(MAPPINGS + "." + role, value, fields, type, section));
      return;
    }
    String name =
        key.startsWith("message_field_") && !key.equals("message_field_training")
            ? MAPPINGS + "." + key.substring("message_field_".length())
            : key;
    put(name, node, fields, type, section);
  }

  private void put(
      String key, ConfigNode node, Map<String, String> fields, String type, Section section) {
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
