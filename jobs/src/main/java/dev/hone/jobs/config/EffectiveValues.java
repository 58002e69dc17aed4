package dev.hone.jobs.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What holds for every honoured key of the top level: {@code hone validate} prints it. */
final class EffectiveValues {
  private EffectiveValues() {}

  /** One line each, references unresolved: {@code learning_rate 2e-4 config.yaml:7}. */
  static List<String> lines(Section top, ConfigNode.Entries root) {
    int width =
        KeyTable.topLevel().honoured().stream()
            .mapToInt(key -> key.name().length())
            .max()
            .orElse(0);
    List<String> lines = new ArrayList<>();
    for (Key key : KeyTable.topLevel().honoured()) {
      Optional<ConfigNode> written = root.get(key.name());
      String value = written.map(EffectiveValues::text).or(key::fallback).orElse("-");
      String from =
          written.isPresent()
              ? shortened(top.location(key.name()))
              : key.fallback().isPresent() ? "default" : "";
      lines.add(("%-" + width + "s  %-30s  %s").formatted(key.name(), value, from).stripTrailing());
    }
    return lines;
  }

  private static String shortened(Location location) {
    return location.line() > 0 ? "line " + location.line() : "--set";
  }

  private static String text(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return scalar.text();
    }
    if (node instanceof ConfigNode.Items items
        && items.values().stream().allMatch(ConfigNode.Scalar.class::isInstance)) {
      return "["
          + String.join(", ", items.values().stream().map(EffectiveValues::text).toList())
          + "]";
    }
    return node.shown();
  }
}
