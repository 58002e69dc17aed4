package dev.hone.jobs.config;

import dev.hone.packing.Examples;
import dev.hone.packing.Packing;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code packing_strategy}, and how it goes together with the keys around it. */
final class PackingKeys {
  private static final String KEY = "packing_strategy";
  private static final String EXCESS = "excess_length_strategy";

  private static final Set<String> TAKES_APART =
      Set.of("bfd_split", "wrapped", "split", "keep_last_turns");

  private PackingKeys() {}

  static Packing read(Section top) {
    boolean packs = top.flag("sample_packing");
    return switch (PreferenceKeys.examples(top)) {
      case PAIRS -> packs ? Packing.PAIRS : Packing.PAIR;
      case LABELLED -> packs ? Packing.ANSWERS : Packing.ANSWER;
      case TEXTS -> packs ? named(top) : Packing.NONE;
    };
  }

  /** What becomes of long documents: as written, or what the packing stands for. */
  static String excessLength(Section top) {
    return top.text(EXCESS).orElse(read(top).excessLength().key());
  }

  static void check(Section top) {
    if (PreferenceKeys.examples(top) != Examples.TEXTS) {
      checkAnswers(top);
      return;
    }
    Optional<String> written = top.text(KEY).filter(word -> top.given(KEY));
    if (written.isEmpty()) {
      return;
    }
    Packing packing = Packing.named(written.get());
    boolean on = top.flag("sample_packing");
    if (on && packing == Packing.NONE) {
      top.problem(
          KEY,
          "none together with sample_packing: true (%s); keep one of the two"
              .formatted(top.location("sample_packing")));
    }
    if (!on && packing != Packing.NONE) {
      top.problem(
          KEY,
          "%s packs samples, and sample_packing is false%s; set sample_packing: true, or remove packing_strategy"
              .formatted(
                  packing.key(),
                  top.given("sample_packing")
                      ? " (%s)".formatted(top.location("sample_packing"))
                      : ""));
    }
    if (cuts(packing) && top.given(EXCESS)) {
      top.text(EXCESS)
          .filter(word -> !word.equals("split"))
          .ifPresent(
              word ->
                  top.problem(
                      EXCESS,
                      "%s together with packing_strategy: %s (%s), which cuts long documents into pieces; keep one of the two, or give %s to the entries of datasets that it is meant for"
                          .formatted(word, packing.key(), top.location(KEY), EXCESS)));
    }
  }

  /** An answer is one thing: neither packing nor length takes it apart. */
  private static void checkAnswers(Section top) {
    for (String key : List.of(KEY, EXCESS)) {
      top.text(key)
          .filter(word -> top.given(key) && TAKES_APART.contains(word))
          .ifPresent(
              word ->
                  top.problem(
                      key,
                      "%s takes documents apart, and %s learns from whole answers; use %s"
                          .formatted(
                              word,
                              RewardKeys.on(top) ? RewardKeys.KEY : "rl",
                              key.equals(KEY) ? "bfd" : "drop, error or truncate")));
    }
  }

  static List<String> notices(Section top) {
    return read(top) == Packing.WRAPPED
        ? List.of(
            "packing_strategy: wrapped cuts documents wherever a row is full, an answer from its question too; it is meant for texts, and bfd keeps conversations whole")
        : List.of();
  }

  private static Packing named(Section top) {
    return Packing.named(top.text(KEY).orElseThrow());
  }

  private static boolean cuts(Packing packing) {
    return packing == Packing.BFD_SPLIT || packing == Packing.WRAPPED;
  }
}
