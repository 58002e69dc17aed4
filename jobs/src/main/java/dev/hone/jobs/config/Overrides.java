package dev.hone.jobs.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code --set key=value}: replaces one value of a configuration, the value being YAML. Dots go
 * into mappings and lists: {@code --set datasets.0.path=rows.jsonl}; the index after the last item
 * appends one.
 */
final class Overrides {
  private Overrides() {}

  static ConfigNode.Entries apply(
      ConfigNode.Entries root, List<String> assignments, Problems problems) {
    ConfigNode node = root;
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      String path = equals < 0 ? assignment : assignment.substring(0, equals).strip();
      Location location = new Location("--set " + path, 0);
      if (equals <= 0 || path.isEmpty()) {
        problems.add(location, "", "not key=value; write for example --set learning_rate=1e-4");
        continue;
      }
      ConfigNode value =
          ConfigYaml.value(assignment.substring(equals + 1), location.source(), problems);
      Optional<ConfigNode> changed = set(Optional.of(node), List.of(path.split("\\.", -1)), value);
      if (changed.isEmpty()) {
        problems.add(
            location,
            "",
            "does not lead into the configuration; a number picks an item of a list that exists,"
                + " a word a key of a mapping");
      } else {
        node = changed.get();
      }
    }
    return (ConfigNode.Entries) node;
  }

  private static Optional<ConfigNode> set(
      Optional<ConfigNode> target, List<String> path, ConfigNode value) {
    if (path.isEmpty()) {
      return Optional.of(value);
    }
    String key = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (key.matches("\\d{1,6}")) {
      List<ConfigNode> values = new ArrayList<>();
      if (target.isPresent()) {
        if (!(target.get() instanceof ConfigNode.Items items)) {
          return Optional.empty();
        }
        values.addAll(items.values());
      }
      int index = Integer.parseInt(key);
      if (index > values.size()) {
        return Optional.empty();
      }
      Optional<ConfigNode> old =
          index < values.size() ? Optional.of(values.get(index)) : Optional.empty();
      return set(old, rest, value)
          .map(
              changed -> {
                if (old.isPresent()) {
                  values.set(index, changed);
                } else {
                  values.add(changed);
                }
                return new ConfigNode.Items(locationOf(target, value), values);
              });
    }
    Map<String, ConfigNode> values = new LinkedHashMap<>();
    if (target.isPresent() && !ConfigNode.isNull(target.get())) {
      if (!(target.get() instanceof ConfigNode.Entries entries)) {
        return Optional.empty();
      }
      values.putAll(entries.values());
    }
    return set(Optional.ofNullable(values.get(key)), rest, value)
        .map(
            changed -> {
              values.put(key, changed);
              return new ConfigNode.Entries(locationOf(target, value), values);
            });
  }

  private static Location locationOf(Optional<ConfigNode> target, ConfigNode value) {
    return target.map(ConfigNode::location).orElse(value.location());
  }
}
