package dev.hone.formats.template.jinja.builtin;

import java.util.Map;

/** Every filter of a template, by name. A new one is one more entry of one of the tables. */
public final class Filters {
  private static final Map<String, Builtin> TABLE =
      new Table()
          .addAll(TextFilters.TABLE)
          .addAll(ListFilters.TABLE)
          .addAll(LazyFilters.TABLE)
          .addAll(NumberFilters.TABLE)
          .addAll(JsonFilter.TABLE)
          .build();

  private Filters() {}

  /** The filter of a name; null if there is none. */
  public static Builtin get(String name) {
    return TABLE.get(name);
  }
}
