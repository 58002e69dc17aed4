package dev.hone.jobs.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A configuration as it was written: every value still knows where it stands. */
sealed interface ConfigNode {

  /** Where the value was written. */
  Location location();

  /** The value in a problem's message: short, and on one line. */
  String shown();

  /**
   * One value.
   *
   * @param text as written, without quotes; empty for null
   * @param kind what YAML takes it for
   */
  record Scalar(Location location, String text, Kind kind) implements ConfigNode {
    private static final int SHOWN = 80;

    /** YAML's reading of a plain scalar; a quoted one is TEXT. */
    enum Kind {
      NULL,
      FLAG,
      INTEGER,
      NUMBER,
      TEXT
    }

    @Override
    public String shown() {
      String line = text.replaceAll("\\s+", " ");
      return kind == Kind.NULL
          ? "nothing"
          : "'" + (line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line) + "'";
    }
  }

  /** A list. */
  record Items(Location location, List<ConfigNode> values) implements ConfigNode {
    public Items {
      values = List.copyOf(values);
    }

    @Override
    public String shown() {
      return "a list of " + values.size();
    }
  }

  /** A mapping, in the order it was written. */
  record Entries(Location location, Map<String, ConfigNode> values) implements ConfigNode {
    public Entries {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    Optional<ConfigNode> get(String key) {
      return Optional.ofNullable(values.get(key)).filter(node -> !isNull(node));
    }

    @Override
    public String shown() {
      return "a mapping of " + String.join(", ", values.keySet());
    }
  }

  /** An empty value: {@code key:} with nothing behind it, the same as leaving the key out. */
  static boolean isNull(ConfigNode node) {
    return node instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NULL;
  }

  /** A value that asks for nothing: null, false, an empty text or list. */
  static boolean isOff(ConfigNode node) {
    if (node instanceof Scalar scalar) {
      return scalar.text().isEmpty()
          || (scalar.kind() == Scalar.Kind.FLAG
              && Flags.parse(scalar.text()).equals(Optional.of(false)));
    }
    return node instanceof Items items
        ? items.values().isEmpty()
        : ((Entries) node).values().isEmpty();
  }
}
