package dev.hone.formats.model.peft;

import java.io.Serializable;
import java.util.List;

/**
 * Modules of a model, by PEFT's rule: a name is a module's full name or its end after a dot, so
 * {@code q_proj} means {@code model.layers.0.self_attn.q_proj} of every layer; a pattern has to
 * match the full name from end to end.
 *
 * @param names names; empty where the pattern is meant
 * @param pattern a regular expression; empty where the names are meant
 */
public record ModuleNames(List<String> names, String pattern) implements Serializable {
  /** No module. */
  public static final ModuleNames NONE = new ModuleNames(List.of(), "");

  public ModuleNames {
    names = List.copyOf(names);
  }

  /** Modules by name. */
  public static ModuleNames of(List<String> names) {
    return new ModuleNames(names, "");
  }

  /** Modules by a regular expression. */
  public static ModuleNames matching(String pattern) {
    return new ModuleNames(List.of(), pattern);
  }

  /** Whether nothing is named. */
  public boolean isEmpty() {
    return names.isEmpty() && pattern.isEmpty();
  }

  /**
   * Whether a module is one of them.
   *
   * @param key the setting, for the message
   * @throws dev.hone.formats.HoneException if the pattern is no regular expression
   */
  boolean contains(String module, String key) {
    return pattern.isEmpty()
        ? names.stream().anyMatch(name -> ends(module, name))
        : ModulePattern.compile(key, pattern).matcher(module).matches();
  }

  static boolean ends(String module, String name) {
    return module.equals(name) || module.endsWith("." + name);
  }
}
