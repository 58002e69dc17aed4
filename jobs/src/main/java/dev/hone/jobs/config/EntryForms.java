package dev.hone.jobs.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Other ways to write a dataset entry, in the keys that the rest of the reader knows: a mapping
 * under {@code type:}, which is a user-defined prompt, and an entry of a {@code dataset_info.json}.
 */
final class EntryForms {
  private static final Set<String> ANSWERS =
      Set.of(
          "field_prompt",
          "field_chosen",
          "field_rejected",
          "field_completion",
          "field_label",
          "prompt_format",
          "chosen_format",
          "rejected_format",
          "completion_format");

  private EntryForms() {}

  static ConfigNode.Entries plain(ConfigNode.Entries entries, String prefix, ReadContext context) {
    return DatasetInfo.expanded(hoisted(entries, prefix, context), prefix, context);
  }

  /** {@code type: {format: F}} is {@code type: user_defined} with {@code format: F} beside it. */
  private static ConfigNode.Entries hoisted(
      ConfigNode.Entries entries, String prefix, ReadContext context) {
    if (!(entries.values().get("type") instanceof ConfigNode.Entries prompt)) {
      return entries;
    }
    boolean answers = prompt.values().keySet().stream().anyMatch(ANSWERS::contains);
    Map<String, ConfigNode> all = new LinkedHashMap<>(entries.values());
    all.put("type", scalar(prompt.location(), answers ? "user_defined.default" : "user_defined"));
    prompt
        .values()
        .forEach(
            (key, value) -> {
              if (entries.values().containsKey(key)) {
                context
                    .problems()
                    .add(
                        value.location(),
                        prefix + "type." + key,
                        "written beside type: as well; keep one of the two");
              }
              all.put(key, value);
            });
    return new ConfigNode.Entries(entries.location(), all);
  }

  static ConfigNode scalar(Location location, String text) {
    return new ConfigNode.Scalar(location, text, ConfigNode.Scalar.Kind.TEXT);
  }
}
