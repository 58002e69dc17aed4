package dev.hone.packing.quality;

import dev.hone.formats.HoneException;
import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How many letters of a text are of which script, by Unicode. Digits, signs and emoji are of none.
 *
 * <p>Worked example: {@code "Москва is 870 years old"} has 10 Latin letters and 6 Cyrillic ones.
 *
 * @param letters by script, none of them 0
 */
public record Scripts(Map<UnicodeScript, Long> letters) {

  /** Counts the letters of a text. */
  public static Scripts of(String text) {
    Map<UnicodeScript, Long> letters = new EnumMap<>(UnicodeScript.class);
    long latin = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isLetter(c)) {
        if (c < 0x80) {
          latin++;
        } else {
          letters.merge(UnicodeScript.of(c), 1L, Long::sum);
        }
      }
    }
    if (latin > 0) {
      letters.merge(UnicodeScript.LATIN, latin, Long::sum);
    }
    // Letters of every script, such as the prolonged sound mark of Japanese.
    letters.remove(UnicodeScript.COMMON);
    letters.remove(UnicodeScript.INHERITED);
    return new Scripts(letters);
  }

  /**
   * A script by its Unicode name or its four letters of ISO 15924: {@code Latin}, {@code Latn}.
   *
   * @throws HoneException if there is none of this name
   */
  public static UnicodeScript named(String name) {
    try {
      return UnicodeScript.forName(name);
    } catch (IllegalArgumentException e) {
      throw new HoneException(
          "'%s' is no script; use Unicode's names, such as Latin, Cyrillic, Han, Arabic, Devanagari"
              .formatted(name),
          e);
    }
  }

  /** The Unicode name: {@code Latin}, {@code Old_Italic}. */
  public static String name(UnicodeScript script) {
    StringBuilder name = new StringBuilder(script.name().toLowerCase(Locale.ROOT));
    for (int i = 0; i < name.length(); i++) {
      if (i == 0 || name.charAt(i - 1) == '_') {
        name.setCharAt(i, Character.toUpperCase(name.charAt(i)));
      }
    }
    return name.toString();
  }

  /** All letters. */
  long total() {
    return letters.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The part of the letters that are of some scripts; 1 if there are no letters. */
  public double share(Set<UnicodeScript> scripts) {
    long of = scripts.stream().mapToLong(script -> letters.getOrDefault(script, 0L)).sum();
    return letters.isEmpty() ? 1 : (double) of / total();
  }

  /** The most frequent script outside of some; there is one if their share is below 1. */
  UnicodeScript mostOutside(Set<UnicodeScript> scripts) {
    return letters.entrySet().stream()
        .filter(entry -> !scripts.contains(entry.getKey()))
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }
}
