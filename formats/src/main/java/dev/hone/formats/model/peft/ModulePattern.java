package dev.hone.formats.model.peft;

import dev.hone.formats.HoneException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions of PEFT's settings, which Python reads. */
final class ModulePattern {
  private ModulePattern() {}

  /**
   * A pattern; named groups are spelled {@code (?P<name>...)} in Python.
   *
   * @param key the setting it comes from
   * @throws HoneException if it is none
   */
  static Pattern compile(String key, String text) {
    try {
      return Pattern.compile(text.replace("(?P<", "(?<"));
    } catch (PatternSyntaxException e) {
      throw new HoneException(
          "%s '%s' is no regular expression: %s; mend it, or give a list of names"
              .formatted(key, text, e.getDescription()),
          e);
    }
  }
}
