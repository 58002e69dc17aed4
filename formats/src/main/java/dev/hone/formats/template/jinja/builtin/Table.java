package dev.hone.formats.template.jinja.builtin;

import java.util.LinkedHashMap;
import java.util.Map;

/** Builds a table of functions by name. */
final class Table {
  private final Map<String, Builtin> entries = new LinkedHashMap<>();

  /** Adds a function under the name of its signature. */
  Table add(String signature, Builtin.Body body) {
    Builtin builtin = new Builtin(signature, body);
    entries.put(builtin.name(), builtin);
    return this;
  }

  /** Adds another name of a function. */
  Table alias(String alias, String name) {
    entries.put(alias, entries.get(name));
    return this;
  }

  Table addAll(Map<String, Builtin> others) {
    entries.putAll(others);
    return this;
  }

  Map<String, Builtin> build() {
    return Map.copyOf(entries);
  }
}
