package dev.hone.jobs.report;

import java.time.Instant;
import java.util.Locale;

/** Whether two runs trained on the same packs. */
enum SameData {
  SAME("both trained on the same preparation"),
  GREW(
      "both trained on the same preparation, which was brought up to date after the first of them began: their packs may differ"),
  OTHER(
      "they trained on different preparations: their losses are means over different tokens, and only evaluations on the same set compare"),
  UNKNOWN("one of them names no preparation");

  private final String shown;

  SameData(String shown) {
    this.shown = shown;
  }

  /** For a person. */
  String shown() {
    return shown;
  }

  /** For a program. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SameData of(RunStory a, RunStory b) {
    if (a.run().prepId().isEmpty() || b.run().prepId().isEmpty()) {
      return UNKNOWN;
    }
    if (!a.run().prepId().equals(b.run().prepId())) {
      return OTHER;
    }
    Instant first =
        a.run().startedAt().isBefore(b.run().startedAt())
            ? a.run().startedAt()
            : b.run().startedAt();
    return a.prep().isPresent() && a.prep().get().createdAt().isAfter(first) ? GREW : SAME;
  }
}
