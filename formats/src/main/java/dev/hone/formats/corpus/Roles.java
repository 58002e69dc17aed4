package dev.hone.formats.corpus;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The row's names of roles, and the template's: what {@code roles:} says, then ShareGPT's and
 * OpenAI's usual ones.
 */
final class Roles {
  private static final Map<String, String> USUAL =
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

  private final Map<String, String> canonical = new LinkedHashMap<>(USUAL);

  /**
   * Reads {@code roles.assistant: ["gpt","model"]} and its like.
   *
   * @param options of a format
   */
  Roles(Map<String, String> options) {
    String prefix = ChatOptions.ROLES + ".";
    options.forEach(
        (key, names) -> {
          if (key.startsWith(prefix)) {
            String role = key.substring(prefix.length());
            FormatOption.wordList(names).forEach(name -> canonical.put(name, role));
          }
        });
  }

  /**
   * The template's name of a role.
   *
   * @param where the place of the role in the row, for the message
   */
  String canonical(String where, String role) throws RefusedRecord {
    String known = canonical.get(role);
    if (known == null) {
      throw new RefusedRecord(
          "unknown_role",
          "%s is '%s'; known roles are %s; name it in roles:, such as roles: {assistant: [%s]}, or drop the row"
              .formatted(
                  where,
                  shown(role),
                  String.join(", ", new TreeSet<>(canonical.keySet())),
                  shown(role)));
    }
    return known;
  }

  private static String shown(String role) {
    return role.length() <= 40 ? role : role.substring(0, 40) + "...";
  }
}
