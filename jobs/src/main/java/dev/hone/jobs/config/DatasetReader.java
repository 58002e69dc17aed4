package dev.hone.jobs.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.eval.Metric;
import dev.hone.eval.SampledAnswers;
import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.template.TemplateChoice;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.ingest.Landing;
import dev.hone.ingest.TableRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code datasets}, {@code test_datasets} and what a model is asked. */
final class DatasetReader {
  /** Rows of a question and an answer are read as Alpaca's, by other names. */
  private static final String QUESTIONS = "alpaca";

  private static final List<String> CONVERSATIONS = List.of("alpaca", "chat_template", "sharegpt");

  private final Section top;
  private final ReadContext context;
  private final Optional<String> template;
  private final ObjectNode kwargs;
  private final Set<String> names = new HashSet<>(Set.of(SampledAnswers.DATASET));
  private final Map<String, List<Section>> sections = new HashMap<>();

  DatasetReader(Section top, ReadContext context) {
    this.top = top;
    this.context = context;
    this.template = new TemplateKeys(top).read();
    this.kwargs = new TemplateKeys(top).kwargs();
    top.text("dataset_format")
        .filter(type -> CorpusFormats.named(type).isEmpty())
        .ifPresent(type -> top.problem("dataset_format", unknownType(type)));
  }

  List<HoneConfig.Dataset> read(String list) {
    List<HoneConfig.Dataset> read = new ArrayList<>();
    List<ConfigNode.Entries> entries = top.list(list);
    for (int i = 0; i < entries.size(); i++) {
      String key = list + "." + i;
      ConfigNode.Entries plain = EntryForms.plain(entries.get(i), key + ".", context);
      Section section =
          new Section(KeyTable.datasets(), plain, key + ".", FormatKeys.keys(), context);
      sections.computeIfAbsent(list, l -> new ArrayList<>()).add(section);
      dataset(key, plain, section).ifPresent(read::add);
    }
    return read;
  }

  /** The entries of a list that was read, also those that are wrong. */
  List<Section> sections(String list) {
    return sections.getOrDefault(list, List.of());
  }

  /** The entries of a list of questions with an expected answer. */
  List<HoneConfig.Questions> readQuestions(String list, KeyTable table) {
    List<HoneConfig.Questions> read = new ArrayList<>();
    List<ConfigNode.Entries> entries = top.list(list);
    for (int i = 0; i < entries.size(); i++) {
      questions(list + "." + i, entries.get(i), table).ifPresent(read::add);
    }
    return read;
  }

  /** The entries of a list of questions with choices. */
  List<HoneConfig.Choices> readChoices(String list) {
    List<HoneConfig.Choices> read = new ArrayList<>();
    List<ConfigNode.Entries> entries = top.list(list);
    for (int i = 0; i < entries.size(); i++) {
      String key = list + "." + i;
      Section section =
          new Section(
              KeyTable.multipleChoiceDatasets(), entries.get(i), key + ".", Set.of(), context);
      Optional<String> path = section.text("path");
      Optional<String> name = name(section, path);
      if (path.isPresent() && name.isPresent()) {
        read.add(
            new HoneConfig.Choices(key, section.location().toString(), name.get(), path.get()));
      }
    }
    return read;
  }

  private Optional<HoneConfig.Questions> questions(
      String key, ConfigNode.Entries entries, KeyTable table) {
    Section section = new Section(table, entries, key + ".", FormatKeys.keys(), context);
    Optional<String> own = new TemplateKeys(section).read();
    Optional<String> path = section.text("path");
    Optional<String> name = name(section, path);
    Optional<Integer> maxNewTokens = section.integer("max_new_tokens");
    String type = section.text("type").orElse(QUESTIONS);
    if (!CONVERSATIONS.contains(type)) {
      section.problem(
          "type",
          "'%s' has no answer to compare; use %s, or remove it to name field_prompt and field_answer"
              .formatted(type, String.join(", ", CONVERSATIONS)));
      return Optional.empty();
    }
    CorpusFormat format = CorpusFormats.named(type).orElseThrow();
    Map<String, String> options = new FormatKeys(section, context, type).read(format, entries);
    if (section.given("type")) {
      for (String field : List.of("field_prompt", "field_answer")) {
        if (section.given(field)) {
          section.problem(field, "is for rows without a type; remove it, or type: " + type);
        }
      }
    } else {
      options.putIfAbsent("field_input", "");
      section.text("field_prompt").ifPresent(field -> options.put("field_instruction", field));
      section.text("field_answer").ifPresent(field -> options.put("field_output", field));
    }
    if (path.isEmpty() || name.isEmpty() || maxNewTokens.isEmpty()) {
      return Optional.empty();
    }
    HoneConfig.Dataset source =
        new HoneConfig.Dataset(
            key,
            section.location().toString(),
            name.get(),
            path.get(),
            type,
            CorpusFormats.complete(format, options),
            section.text("ds_type").orElse("auto"),
            new TemplateChoice(own.or(() -> template).orElse(""), kwargs(section)),
            own.isPresent(),
            MaskRules.defaults(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TableRead.NEWEST);
    return Optional.of(
        new HoneConfig.Questions(source, maxNewTokens.get(), metrics(section), sql(section)));
  }

  private static List<Metric> metrics(Section section) {
    return section.honours("metrics")
        ? section.words("metrics").stream().map(Metric::named).distinct().toList()
        : List.of(Metric.EXACT_MATCH);
  }

  private HoneConfig.Sql sql(Section section) {
    if (!section.honours("tables")) {
      return new HoneConfig.Sql(Map.of(), Duration.ZERO, 0);
    }
    Map<String, String> tables = new LinkedHashMap<>();
    section.map("tables").forEach((name, place) -> table(section, name, place, tables));
    if (!metrics(section).contains(Metric.SQL_EXECUTION)) {
      for (String key : List.of("tables", "sql_timeout", "sql_max_rows")) {
        if (section.given(key)) {
          section.problem(
              key, "is for queries that are run; add sql_execution to metrics, or remove it");
        }
      }
    }
    return new HoneConfig.Sql(
        tables,
        Duration.ofSeconds(section.integer("sql_timeout").orElse(1)),
        section.integer("sql_max_rows").orElse(1));
  }

  private void table(Section section, String name, String place, Map<String, String> tables) {
    List<String> unset = EnvReferences.unset(place, context.environment());
    if (!unset.isEmpty()) {
      section.problem(
          "tables",
          "%s refers to the environment variable %s, which is not set; set it, or write the value"
              .formatted(name, String.join(", ", unset)));
    }
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      section.problem(
          "tables",
          "'%s' is no name for a table; use letters, digits and underscores".formatted(name));
    }
    tables.put(name, EnvReferences.resolve(place, context.environment()));
  }

  private Optional<HoneConfig.Dataset> dataset(
      String key, ConfigNode.Entries entries, Section section) {
    Optional<String> path = section.text("path");
    Optional<String> name = name(section, path);
    // An empty type is a type of its own, so a global one may only fill in for an absent key.
    Optional<String> type =
        section.given("type")
            ? section.text("type")
            : Optional.of(
                entries.values().containsKey("type")
                    ? ""
                    : top.text("dataset_format").orElse(HoneConfig.Dataset.DETECT));
    boolean detected = type.equals(Optional.of(HoneConfig.Dataset.DETECT));
    Optional<CorpusFormat> format = type.flatMap(CorpusFormats::named);
    if (type.isPresent() && format.isEmpty() && !detected) {
      section.problem("type", unknownType(type.get()));
    }
    Optional<String> older = section.text("conversation");
    Optional<String> own =
        new TemplateKeys(section)
            .read()
            .or(() -> older.filter(word -> new TemplateKeys(section).known("conversation", word)));
    StepsReader.notBoth(section, "chat_template", "conversation");
    Map<String, String> options =
        format
            .map(known -> new FormatKeys(section, context, type.get()).read(known, entries))
            .orElse(Map.of());
    if (detected) {
      FormatKeys.keys().stream()
          .filter(section::given)
          .forEach(
              given ->
                  section.problem(
                      given, "belongs to a type, and the entry has none; add type: to it"));
    }
    MaskRules.TrainOnEos trainOnEos =
        trainOn(section, "train_on_eos").orElse(MaskRules.TrainOnEos.TURN);
    MaskRules rules =
        new MaskRules(
            top.flag("train_on_inputs"),
            new HashSet<>(section.words("roles_to_train")),
            trainOnEos,
            trainOn(section, "train_on_eot").orElse(trainOnEos),
            top.words("eot_tokens"),
            top.words("allow").contains(SampleEncoder.LEFT_OUT));
    Optional<Landing> landing = new TriggerKeys(section).read();
    TableRead table = new TableKeys(section).read();
    if (detected && section.given("trigger")) {
      section.problem(
          "trigger", "needs a type, since the folder may be empty yet; add type: to it");
    }
    if (path.isEmpty() || name.isEmpty() || (format.isEmpty() && !detected)) {
      return Optional.empty();
    }
    return Optional.of(
        new HoneConfig.Dataset(
            key,
            section.location().toString(),
            name.get(),
            path.get(),
            type.get(),
            format.map(known -> CorpusFormats.complete(known, options)).orElse(Map.of()),
            section.text("ds_type").orElse("auto"),
            new TemplateChoice(
                own.or(() -> format.flatMap(CorpusFormat::chatTemplate))
                    .or(() -> template)
                    .orElse(""),
                kwargs(section)),
            own.isPresent(),
            rules,
            section.text("excess_length_strategy"),
            section.integer("num_samples"),
            landing,
            table));
  }

  private static Optional<MaskRules.TrainOnEos> trainOn(Section section, String key) {
    return section
        .text(key)
        .map(word -> MaskRules.TrainOnEos.valueOf(word.toUpperCase(Locale.ROOT)));
  }

  /** The entry's own {@code chat_template_kwargs}, and of the others those that it lacks. */
  private String kwargs(Section section) {
    ObjectNode both = kwargs.deepCopy();
    both.setAll(new TemplateKeys(section).kwargs());
    return both.toString();
  }

  private static String unknownType(String type) {
    return "'%s' is not a type%s; docs/formats.md lists them; leave it empty for pre-tokenized rows, or remove it to have it found"
        .formatted(
            type,
            DidYouMean.nearest(type, CorpusFormats.names())
                .map(word -> "; did you mean " + word + "?")
                .orElse(""));
  }

  /** A name of its own for each entry: it becomes a column. */
  private Optional<String> name(Section section, Optional<String> path) {
    Optional<String> given = section.text("name");
    if (given.isPresent()) {
      if (given.get().equals(SampledAnswers.DATASET)) {
        section.problem(
            "name",
            "'%s' is what the rows of the key generate_samples are called; give the entry another name"
                .formatted(given.get()));
        return Optional.empty();
      }
      if (!names.add(given.get())) {
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
          for (int n = 2; !names.add(name); n++) {
            name = stem + "-" + n;
          }
          return name;
        });
  }

  /** {@code s3a://bucket/rows.jsonl -> rows}; a query is called query. */
  private static String stem(String path) {
    if (path.strip().toUpperCase(Locale.ROOT).matches("(?s)(SELECT|WITH)\\s.*")) {
      return "query";
    }
    String last = path.replaceAll("/+$", "").replaceAll("^.*/", "");
    String stem = last.replaceAll("\\.(jsonl?|ndjson|csv|parquet|txt|text)(\\.(gz|bz2|zst))?$", "");
    return stem.isEmpty() ? "data" : stem;
  }
}
