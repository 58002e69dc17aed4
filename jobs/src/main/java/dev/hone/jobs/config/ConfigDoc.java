package dev.hone.jobs.config;

import dev.hone.formats.corpus.CorpusFormat;
import dev.hone.formats.corpus.CorpusFormats;
import dev.hone.formats.corpus.FormatOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code docs/config.md} from the table of keys, so that the two cannot disagree. */
final class ConfigDoc {
  private static final String HEAD =
      """
      # Configuration

      <!-- Made from keys.yaml by ConfigDoc; KeyTableTest fails when the two differ, and rewrites this file with
           -Dhone.update.docs=true. -->

      One YAML file, in Axolotl's key names. `hone validate CONFIG` checks it and prints what holds; every problem is
      reported at once with file, line, key, value and what would be right. `--set key=value` overrides one value, and may
      be repeated; dots go into mappings and lists: `--set datasets.0.path=rows.jsonl`. The value is read as YAML.

      `${NAME}` refers to the environment. It is resolved where it is used; logs and the `runs` table keep the reference.
      Paths appear resolved in the lineage columns, so keep secrets out of them. Credentials written into the file are
      refused; S3 uses the AWS SDK's default chain. Relative paths start at the working directory.

      Keys of Axolotl fall into three classes: honoured, accepted without effect, refused. Any other key is refused too.
      """;

  private ConfigDoc() {}

  static String markdown() {
    StringBuilder text = new StringBuilder(HEAD);
    KeyTable top = KeyTable.topLevel();
    top.groups().forEach((title, keys) -> table(text, title, keys));
    table(text, "datasets and test_datasets", KeyTable.datasets().honoured());
    formats(text);
    table(text, "exact_match_datasets", KeyTable.exactMatchDatasets().honoured());
    text.append("\n## Accepted without effect\n\nOne notice lists those that are set.\n\n");
    classes(text, top.withoutEffect());
    text.append("\nIn an entry of `datasets` or `test_datasets`:\n\n");
    classes(text, KeyTable.datasets().withoutEffect());
    text.append("\n## Refused\n\nUnless they are off (null, false or empty).\n\n");
    classes(text, top.refused());
    text.append("\nIn an entry of `datasets` or `test_datasets`:\n\n");
    classes(text, KeyTable.datasets().refused());
    return text.toString();
  }

  private static void table(StringBuilder text, String title, List<Key> keys) {
    text.append("\n## ")
        .append(title)
        .append("\n\n| Key | Value | Default | Meaning |\n|---|---|---|---|\n");
    for (Key key : keys) {
      String fallback =
          key.required() ? "required" : key.fallback().map(word -> "`" + word + "`").orElse("");
      text.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(key.name(), key.expected(), fallback, key.doc())
              .replace(System.lineSeparator(), "\n"));
    }
  }

  /** Formats of one set of keys share a line. */
  private static void formats(StringBuilder text) {
    text.append(
        """

        Each `type` has keys of its own, here with their defaults; an empty default is off. Dots stand for nesting:
        `message_property_mappings: {role: from, content: value}`. [formats.md](formats.md) shows a row of each type and says
        what is trained. The older spellings `message_field_role` and `message_field_content` are read too.

        | `type` | Keys |
        |---|---|
        """);
    Map<String, List<String>> types = new LinkedHashMap<>();
    Map<String, FormatOption> options = new TreeMap<>();
    for (String type : CorpusFormats.names()) {
      CorpusFormat format = CorpusFormats.named(type).orElseThrow();
      types
          .computeIfAbsent(FormatKeys.documented(format), keys -> new ArrayList<>())
          .add(type.isEmpty() ? "(empty)" : "`" + type + "`");
      format.options().forEach(option -> options.putIfAbsent(option.key(), option));
    }
    types.forEach(
        (keys, names) ->
            text.append(
                "| %s | %s |\n"
                    .formatted(String.join(", ", names), keys.isEmpty() ? "none" : keys)));
    text.append("\n| Key | Value | Meaning |\n|---|---|---|\n");
    for (FormatOption option : options.values()) {
      text.append(
          "| `%s` | %s | %s |\n"
              .formatted(option.key(), FormatKeys.expected(option), option.doc()));
    }
  }

  private static void classes(StringBuilder text, List<KeyTable.KeyClass> classes) {
    for (KeyTable.KeyClass keys : classes) {
      text.append("- `")
          .append(String.join("`, `", keys.patterns()))
          .append("`: ")
          .append(keys.reason())
          .append(".\n");
    }
  }
}
