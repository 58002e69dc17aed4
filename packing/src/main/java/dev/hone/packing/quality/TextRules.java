package dev.hone.packing.quality;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Document;
import dev.hone.packing.quality.pii.PiiKind;
import java.io.Serializable;
import java.lang.Character.UnicodeScript;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is asked of each document by itself. Lengths are of {@link DocumentText}: code points, and
 * {@link Words}; 0 = not asked.
 *
 * @param minChars {@code min_text_chars}
 * @param maxChars {@code max_text_chars}
 * @param minWords {@code min_text_words}
 * @param maxWords {@code max_text_words}
 * @param scripts {@code allowed_scripts}; empty: any
 * @param scriptShare {@code allowed_scripts_share}: the part of the letters that must be of them
 * @param pii {@code pii_quarantine}: what no record may hold
 * @param excludedScripts {@code excluded_scripts}
 * @param excludedShare {@code excluded_scripts_share}: the part of the letters that may be of them
 * @param languages {@code allowed_languages} and {@code excluded_languages}
 */
public record TextRules(
    int minChars,
    int maxChars,
    int minWords,
    int maxWords,
    Set<UnicodeScript> scripts,
    double scriptShare,
    Set<PiiKind> pii,
    Set<UnicodeScript> excludedScripts,
    double excludedShare,
    LanguageRule languages)
    implements Serializable {

  /** Every document passes. */
  public static final TextRules NONE = new TextRules(0, 0, 0, 0, Set.of(), 1, Set.of());

  /** With no script excluded, in any language. */
  public TextRules(
      int minChars,
      int maxChars,
      int minWords,
      int maxWords,
      Set<UnicodeScript> scripts,
      double scriptShare,
      Set<PiiKind> pii) {
    this(
        minChars,
        maxChars,
        minWords,
        maxWords,
        scripts,
        scriptShare,
        pii,
        Set.of(),
        0,
        LanguageRule.NONE);
  }

  /**
   * Checks the bounds against each other.
   *
   * @throws HoneException naming the two that leave nothing
   */
  public TextRules {
    scripts = Collections.unmodifiableSet(new TreeSet<>(scripts));
    excludedScripts = Collections.unmodifiableSet(new TreeSet<>(excludedScripts));
    pii = Collections.unmodifiableSet(new TreeSet<>(pii));
    requireOrder("text_chars", minChars, maxChars);
    requireOrder("text_words", minWords, maxWords);
  }

  private static void requireOrder(String key, int min, int max) {
    if (max > 0 && min > max) {
      throw new HoneException(
          "min_%s: %d is more than max_%s: %d, so no document would be left; change one of them"
              .formatted(key, min, key, max));
    }
  }

  /** Whether nothing is asked. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /**
   * Why a document is removed; empty if it stays, and if it has no text. Worked example: {@code
   * minWords} 2 removes a text {@code "Yes."} as {@code too_short_text}: 1 words are fewer than
   * min_text_words 2.
   */
  public Optional<Removal> check(Document document) {
    return DocumentText.of(document)
        .flatMap(
            text ->
                tooShort(text)
                    .or(() -> tooLong(text))
                    .or(() -> otherScript(text))
                    .or(() -> languages.check(text))
                    .or(() -> personal(document)));
  }

  private Optional<Removal> tooShort(String text) {
    long chars = minChars > 0 ? text.codePointCount(0, text.length()) : 0;
    if (chars < minChars) {
      return removal(
          Filter.TOO_SHORT_TEXT,
          "%d characters are fewer than min_text_chars %d".formatted(chars, minChars));
    }
    long words = minWords > 0 ? Words.count(text) : 0;
    return words < minWords
        ? removal(
            Filter.TOO_SHORT_TEXT,
            "%d words are fewer than min_text_words %d".formatted(words, minWords))
        : Optional.empty();
  }

  private Optional<Removal> tooLong(String text) {
    long chars = maxChars > 0 ? text.codePointCount(0, text.length()) : 0;
    if (chars > maxChars) {
      return removal(
          Filter.TOO_LONG_TEXT,
          "%d characters are more than max_text_chars %d".formatted(chars, maxChars));
    }
    long words = maxWords > 0 ? Words.count(text) : 0;
    return words > maxWords
        ? removal(
            Filter.TOO_LONG_TEXT,
            "%d words are more than max_text_words %d".formatted(words, maxWords))
        : Optional.empty();
  }

  private Optional<Removal> otherScript(String text) {
    if (scripts.isEmpty() && excludedScripts.isEmpty()) {
      return Optional.empty();
    }
    Scripts letters = Scripts.of(text);
    return tooFewAllowed(letters).or(() -> tooManyExcluded(letters));
  }

  private Optional<Removal> tooFewAllowed(Scripts letters) {
    double share = scripts.isEmpty() ? 1 : letters.share(scripts);
    return scripts.isEmpty() || share >= scriptShare
        ? Optional.empty()
        : removal(
            Filter.SCRIPT,
            "%d of %d letters are %s, a part of %.2f where allowed_scripts_share asks for %s; most of the others are %s"
                .formatted(
                    Math.round(share * letters.total()),
                    letters.total(),
                    names(scripts),
                    share,
                    scriptShare,
                    Scripts.name(letters.mostOutside(scripts))));
  }

  private Optional<Removal> tooManyExcluded(Scripts letters) {
    double share = letters.total() == 0 ? 0 : letters.share(excludedScripts);
    return share <= excludedShare
        ? Optional.empty()
        : removal(
            Filter.SCRIPT,
            "%d of %d letters are %s, a part of %.2f where excluded_scripts_share allows %s"
                .formatted(
                    Math.round(share * letters.total()),
                    letters.total(),
                    names(excludedScripts),
                    share,
                    excludedShare));
  }

  private static String names(Set<UnicodeScript> scripts) {
    return scripts.stream().map(Scripts::name).collect(Collectors.joining(" or "));
  }

  private Optional<Removal> personal(Document document) {
    if (pii.isEmpty()) {
      return Optional.empty();
    }
    String whole = DocumentText.whole(document);
    for (PiiKind kind : pii) {
      int at = kind.find(whole);
      if (at >= 0) {
        return removal(
            Filter.PII,
            "%s at character %d of its text, system turns and tools included; pii_quarantine keeps it out of training"
                .formatted(kind.shown(), at));
      }
    }
    return Optional.empty();
  }

  private static Optional<Removal> removal(Filter filter, String message) {
    return Optional.of(new Removal(filter, message));
  }
}
