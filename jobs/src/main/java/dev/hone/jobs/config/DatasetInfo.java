package dev.hone.jobs.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An entry of LLaMA-Factory's {@code dataset_info.json}: {@code {path: data/dataset_info.json,
 * name: my_set}} is read as the file that {@code my_set} names, beside the JSON, with {@code type:
 * llama_factory} and the entry's {@code formatting}, {@code ranking}, {@code columns}, {@code tags}
 * and {@code num_samples}.
 */
final class DatasetInfo {
  private static final String FILE = "dataset_info.json";
  private static final List<String> KEPT =
      List.of("formatting", "ranking", "columns", "tags", "num_samples");
  private static final List<String> REFUSED =
      List.of(
          "hf_hub_url",
          "ms_hub_url",
          "om_hub_url",
          "script_url",
          "cloud_file_name",
          "subset",
          "folder");

  private DatasetInfo() {}

  static ConfigNode.Entries expanded(
      ConfigNode.Entries entries, String prefix, ReadContext context) {
    Optional<String> path =
        entries
            .get("path")
            .filter(ConfigNode.Scalar.class::isInstance)
            .map(
                node ->
                    EnvReferences.resolve(((ConfigNode.Scalar) node).text(), context.environment()))
            .filter(text -> text.equals(FILE) || text.endsWith("/" + FILE));
    if (path.isEmpty()) {
      return entries;
    }
    Location location = entries.get("path").orElseThrow().location();
    try {
      JsonNode info = new ObjectMapper().readTree(Files.readString(Path.of(path.get())));
      return described(entries, path.get(), info, location);
    } catch (IOException e) {
      context
          .problems()
          .add(
              location,
              prefix + "path",
              "'%s' cannot be read on this machine: %s; give a JSON file, or the file of the rows and type: llama_factory"
                  .formatted(path.get(), e.getMessage().lines().findFirst().orElse("")));
    } catch (IllegalArgumentException e) {
      context.problems().add(location, prefix + "path", e.getMessage());
    }
    return entries;
  }

  private static ConfigNode.Entries described(
      ConfigNode.Entries entries, String path, JsonNode info, Location location) {
    String name = entries.get("name").map(node -> ((ConfigNode.Scalar) node).text()).orElse("");
    List<String> names = new ArrayList<>();
    info.fieldNames().forEachRemaining(names::add);
    JsonNode entry = info.path(name);
    if (!entry.isObject()) {
      throw new IllegalArgumentException(
          "'%s' has no entry '%s' for name:; it has %s"
              .formatted(path, name, String.join(", ", names)));
    }
    for (String key : REFUSED) {
      if (entry.has(key) && !entry.get(key).isNull()) {
        throw new IllegalArgumentException(
            "entry '%s' of '%s' has %s: %s, and hone downloads nothing; write file_name there, or a datasets entry with type: llama_factory"
                .formatted(name, path, key, entry.get(key)));
      }
    }
    if (!entry.path("file_name").isTextual()) {
      throw new IllegalArgumentException(
          "entry '%s' of '%s' has no file_name; write the file or folder of the rows there"
              .formatted(name, path));
    }
    Map<String, ConfigNode> all = new LinkedHashMap<>(entries.values());
    String folder = path.substring(0, path.length() - FILE.length());
    all.put("path", EntryForms.scalar(location, folder + entry.get("file_name").textValue()));
    all.put("type", EntryForms.scalar(location, "llama_factory"));
    for (String key : KEPT) {
      if (entry.has(key) && !all.containsKey(key)) {
        all.put(key, node(location, entry.get(key)));
      }
    }
    return new ConfigNode.Entries(entries.location(), all);
  }

  private static ConfigNode node(Location location, JsonNode value) {
    if (!value.isObject()) {
      return EntryForms.scalar(location, value.asText());
    }
    Map<String, ConfigNode> inner = new LinkedHashMap<>();
    value
        .properties()
        .forEach(field -> inner.put(field.getKey(), node(location, field.getValue())));
    return new ConfigNode.Entries(location, inner);
  }
}
