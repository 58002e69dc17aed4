package dev.hone.packing.quality;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which languages texts may be in; codes of {@link Languages}. A text whose language cannot be told
 * passes.
 *
 * @param allowed {@code allowed_languages}; empty: any
 * @param excluded {@code excluded_languages}
 */
public record LanguageRule(Set<String> allowed, Set<String> excluded) implements Serializable {
  /** Any language. */
  public static final LanguageRule NONE = new LanguageRule(Set.of(), Set.of());

  public LanguageRule {
    allowed = Collections.unmodifiableSet(new TreeSet<>(allowed));
    excluded = Collections.unmodifiableSet(new TreeSet<>(excluded));
  }

  /** Keys and values of the configuration; empty if nothing is asked. */
  String setting() {
    List<String> settings = new ArrayList<>();
    if (!allowed.isEmpty()) {
      settings.add("allowed_languages: [%s]".formatted(String.join(", ", allowed)));
    }
    if (!excluded.isEmpty()) {
      settings.add("excluded_languages: [%s]".formatted(String.join(", ", excluded)));
    }
    return String.join(", ", settings);
  }

  /** Why a text is removed; empty if it stays. */
  Optional<Removal> check(String text) {
    if (equals(NONE)) {
      return Optional.empty();
    }
    return Languages.of(text)
        .flatMap(
            language -> {
              if (excluded.contains(language)) {
                return removal("its language is %s, which is one of excluded_languages", language);
              }
              return allowed.isEmpty() || allowed.contains(language)
                  ? Optional.empty()
                  : removal("its language is %s, which is none of allowed_languages", language);
            });
  }

  private static Optional<Removal> removal(String message, String language) {
    return Optional.of(new Removal(Filter.LANGUAGE, message.formatted(language)));
  }
}
