package dev.hone.packing.quality;

import java.lang.Character.UnicodeScript;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The quality filters of a preparation. They read the datasets that are trained on, and leave those
 * that are held out as they are.
 *
 * @param text what is asked of each document by itself
 * @param contamination what must not be shared with evaluation rows; empty: anything may be
 * @param near {@code near_deduplication}; empty: near-duplicates stay
 */
public record QualitySpec(
    TextRules text, Optional<ContaminationRule> contamination, Optional<NearRule> near) {
  /** Filters nothing. */
  public static final QualitySpec NONE =
      new QualitySpec(TextRules.NONE, Optional.empty(), Optional.empty());

  /**
   * The filters that are on, in their order, each with what it was told: the keys and values of the
   * configuration. Part of the {@code prep_id}.
   */
  public Map<Filter, String> settings() {
    Map<Filter, String> settings = new LinkedHashMap<>();
    put(settings, Filter.TOO_SHORT_TEXT, bounds("min", text.minChars(), text.minWords()));
    put(settings, Filter.TOO_LONG_TEXT, bounds("max", text.maxChars(), text.maxWords()));
    put(settings, Filter.SCRIPT, scripts());
    put(settings, Filter.LANGUAGE, text.languages().setting());
    if (!text.pii().isEmpty()) {
      settings.put(
          Filter.PII,
          "pii_quarantine: [%s]"
              .formatted(
                  text.pii().stream().map(kind -> kind.key()).collect(Collectors.joining(", "))));
    }
    contamination.ifPresent(
        rule ->
            settings.put(
                Filter.CONTAMINATED,
                "decontamination_ngram: %d, against [%s]"
                    .formatted(rule.ngram(), String.join(", ", rule.datasets()))));
    near.ifPresent(
        rule ->
            settings.put(
                Filter.NEAR_DUPLICATE,
                "near_deduplication_threshold: %s, near_deduplication_shingle: %d, near_deduplication_num_hashes: %d"
                    .formatted(rule.threshold(), rule.shingle(), rule.hashes())));
    return settings;
  }

  private String scripts() {
    String allowed =
        text.scripts().isEmpty()
            ? ""
            : "allowed_scripts: [%s], allowed_scripts_share: %s"
                .formatted(names(text.scripts()), text.scriptShare());
    String excluded =
        text.excludedScripts().isEmpty()
            ? ""
            : "excluded_scripts: [%s], excluded_scripts_share: %s"
                .formatted(names(text.excludedScripts()), text.excludedShare());
    return allowed + (allowed.isEmpty() || excluded.isEmpty() ? "" : ", ") + excluded;
  }

  private static String names(Set<UnicodeScript> scripts) {
    return scripts.stream().map(Scripts::name).collect(Collectors.joining(", "));
  }

  private static void put(Map<Filter, String> settings, Filter filter, String setting) {
    if (!setting.isEmpty()) {
      settings.put(filter, setting);
    }
  }

  private static String bounds(String side, int chars, int words) {
    String first = chars > 0 ? "%s_text_chars: %d".formatted(side, chars) : "";
    String second = words > 0 ? "%s_text_words: %d".formatted(side, words) : "";
    return first + (chars > 0 && words > 0 ? ", " : "") + second;
  }
}
