package dev.hone.formats.corpus;

import java.util.Map;
import java.util.TreeSet;

/** The role names of ShareGPT and OpenAI rows, and the four that a chat template knows. */
final class Roles {
  private static final Map<String, String> CANONICAL =
      Map.ofEntries(
          Map.entry("system", "system"),
          Map.entry("human", "user"),
          Map.entry("user", "user"),
          Map.entry("gpt", "assistant"),
          Map.entry("assistant", "assistant"),
          Map.entry("model", "assistant"),
          Map.entry("function_call", "assistant"),
          Map.entry("tool", "tool"),
          Map.entry("observation", "tool"));

  private Roles() {}

  /**
   * {@code system}, {@code user}, {@code assistant} or {@code tool}.
   *
   * @param where the place of the role in the row, for the message
   */
  static String canonical(String where, String role) throws RefusedRecord {
    String canonical = CANONICAL.get(role);
    if (canonical == null) {
      throw new RefusedRecord(
          "unknown_role",
          "%s is '%s'; known roles are %s; rename it or drop the row"
              .formatted(where, role, String.join(", ", new TreeSet<>(CANONICAL.keySet()))));
    }
    return canonical;
  }
}
