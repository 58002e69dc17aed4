package dev.hone.jobs.doctor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What one check came to.
 *
 * @param check its name, a word
 * @param text what was found
 * @param cure what to do about it; empty if nothing is to be done
 */
public record Finding(String check, Level level, String text, String cure) {

  /** How it stands. */
  public enum Level {
    OK,
    /** It works, but slower or less safely than it could. */
    WARNING,
    /** Something that was asked for will not work. */
    PROBLEM
  }

  static Finding ok(String check, String text) {
    return new Finding(check, Level.OK, text, "");
  }

  static Finding warning(String check, String text, String cure) {
    return new Finding(check, Level.WARNING, text, cure);
  }

  static Finding problem(String check, String text, String cure) {
    return new Finding(check, Level.PROBLEM, text, cure);
  }

  /**
   * For a person.
   *
   * <p>Example: {@code problem disk /tmp has 200 MB free; free some space ...}
   */
  public String line() {
    return String.format(
        Locale.ROOT, "%-8s %-10s %s%s", key(), check, text, cure.isEmpty() ? "" : "; " + cure);
  }

  /** For a program: an object with check, state, text and cure. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return json.put("check", check)
        .put("state", key())
        .put("text", text)
        .put("cure", cure)
        .toString();
  }

  private String key() {
    return level.name().toLowerCase(Locale.ROOT);
  }
}
