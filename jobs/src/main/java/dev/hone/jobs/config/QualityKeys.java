package dev.hone.jobs.config;

import dev.hone.formats.HoneException;
import dev.hone.packing.quality.ContaminationRule;
import dev.hone.packing.quality.LanguageRule;
import dev.hone.packing.quality.Languages;
import dev.hone.packing.quality.NearRule;
import dev.hone.packing.quality.QualitySpec;
import dev.hone.packing.quality.Scripts;
import dev.hone.packing.quality.TextRules;
import dev.hone.packing.quality.pii.PiiKind;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The keys of the quality filters. */
final class QualityKeys {
  private QualityKeys() {}

  /**
   * What they say; {@link QualitySpec#NONE} with the problems noted if they cannot be.
   *
   * @param evaluated names of the evaluation sets
   */
  static QualitySpec read(Section top, List<String> evaluated) {
    TextRules none = TextRules.NONE;
    int minChars = top.integer("min_text_chars").orElse(none.minChars());
    int maxChars = top.integer("max_text_chars").orElse(none.maxChars());
    int minWords = top.integer("min_text_words").orElse(none.minWords());
    int maxWords = top.integer("max_text_words").orElse(none.maxWords());
    Set<UnicodeScript> scripts = scripts(top, "allowed_scripts");
    Set<UnicodeScript> excluded = scripts(top, "excluded_scripts");
    double share = top.number("allowed_scripts_share").orElse(none.scriptShare());
    double excludedShare = top.number("excluded_scripts_share").orElse(none.excludedShare());
    Set<PiiKind> pii = pii(top);
    try {
      return new QualitySpec(
          new TextRules(
              minChars,
              maxChars,
              minWords,
              maxWords,
              scripts,
              scripts.isEmpty() ? none.scriptShare() : share,
              pii,
              excluded,
              excluded.isEmpty() ? none.excludedShare() : excludedShare,
              new LanguageRule(
                  languages(top, "allowed_languages"), languages(top, "excluded_languages"))),
          contamination(top, evaluated),
          near(top));
    } catch (HoneException e) {
      top.problem(
          top.given("min_text_chars") ? "min_text_chars" : "min_text_words", e.getMessage());
      return QualitySpec.NONE;
    }
  }

  private static Set<UnicodeScript> scripts(Section top, String key) {
    Set<UnicodeScript> scripts = new TreeSet<>();
    for (String name : top.words(key)) {
      try {
        scripts.add(Scripts.named(name));
      } catch (HoneException e) {
        top.problem(key, e.getMessage());
      }
    }
    return scripts;
  }

  private static Set<String> languages(Section top, String key) {
    Set<String> languages = new TreeSet<>();
    for (String name : top.words(key)) {
      try {
        languages.add(Languages.named(name));
      } catch (HoneException e) {
        top.problem(key, e.getMessage());
      }
    }
    return languages;
  }

  private static Optional<ContaminationRule> contamination(Section top, List<String> evaluated) {
    ContaminationRule rule =
        new ContaminationRule(top.integer("decontamination_ngram").orElseThrow(), evaluated);
    boolean on = top.flag("decontamination");
    if (on && evaluated.isEmpty()) {
      top.problem(
          "decontamination",
          "there is nothing to compare rows with; add test_datasets or exact_match_datasets");
    }
    return on ? Optional.of(rule) : Optional.empty();
  }

  private static Optional<NearRule> near(Section top) {
    NearRule rule =
        new NearRule(
            top.number("near_deduplication_threshold").orElseThrow(),
            top.integer("near_deduplication_shingle").orElseThrow(),
            top.integer("near_deduplication_num_hashes").orElseThrow());
    return top.flag("near_deduplication") ? Optional.of(rule) : Optional.empty();
  }

  private static Set<PiiKind> pii(Section top) {
    List<String> kinds = top.words("pii_quarantine");
    return kinds.contains("all")
        ? EnumSet.allOf(PiiKind.class)
        : kinds.stream().map(PiiKind::named).collect(Collectors.toSet());
  }

  /** Keys that change nothing. */
  static List<String> notices(Section top) {
    List<String> notices = new ArrayList<>();
    for (String key : List.of("allowed_scripts", "excluded_scripts")) {
      if (top.given(key + "_share") && !top.given(key)) {
        notices.add("%s_share: no effect without %s".formatted(key, key));
      }
    }
    if (top.given("decontamination_ngram") && !top.flag("decontamination")) {
      notices.add("decontamination_ngram: no effect without decontamination: true");
    }
    List<String> near =
        List.of(
            "near_deduplication_threshold",
            "near_deduplication_shingle",
            "near_deduplication_num_hashes");
    if (!top.flag("near_deduplication") && near.stream().anyMatch(top::given)) {
      notices.add(
          String.join(", ", near.stream().filter(top::given).toList())
              + ": no effect without near_deduplication: true");
    }
    return notices;
  }
}
