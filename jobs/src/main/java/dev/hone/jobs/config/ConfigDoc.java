package dev.hone.jobs.config;

import java.util.List;

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
    table(text, "question_datasets", KeyTable.questionDatasets().honoured());
    table(text, "multiple_choice_datasets", KeyTable.multipleChoiceDatasets().honoured());
    table(text, "judge", KeyTable.judge().honoured());
    table(text, "lr_groups", KeyTable.lrGroups().honoured());
    table(text, "distributed", KeyTable.distributed().honoured());
    table(text, "nightly", KeyTable.nightly().honoured());
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

  private static void formats(StringBuilder text) {
    text.append(
        """

        Each `type` has keys of its own; [formats.md](formats.md) shows a row of each type and says what is trained. Dots stand
        for nesting: `message_property_mappings: {role: from, content: value}`. The older spellings `message_field_role` and
        `message_field_content` are read too. An empty default is off.

        | Key | Value | Default | Meaning | Types |
        |---|---|---|---|---|
        """);
    FormatKeysDoc.lines().forEach(line -> text.append(line).append('\n'));
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
