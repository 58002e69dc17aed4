package dev.hone.jobs.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References to the environment, {@code ${NAME}}. They are resolved where a value is used; what is
 * logged or stored keeps the reference.
 */
final class EnvReferences {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  private EnvReferences() {}

  static boolean present(String text) {
    return REFERENCE.matcher(text).find();
  }

  /** Whether the text is nothing but references. */
  static boolean only(String text) {
    return present(text) && REFERENCE.matcher(text).replaceAll("").isBlank();
  }

  /** The names that the environment lacks. */
  static List<String> unset(String text, Map<String, String> environment) {
    List<String> unset = new ArrayList<>();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      if (!environment.containsKey(matcher.group(1))) {
        unset.add(matcher.group(1));
      }
    }
    return unset;
  }

  static String resolve(String text, Map<String, String> environment) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(environment.getOrDefault(match.group(1), match.group())));
  }
}
