package dev.hone.jobs.config;

import dev.hone.jobs.nightly.gate.Gate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code nightly}.
 *
 * <pre>
 * nightly:
 *   model: sql-helper
 *   promote_if: eval_loss &lt;= 1.01 * current, exact_match &gt;= current - 0.005
 *   replay: 0.3
 * </pre>
 */
final class NightlyKeys {
  private static final String NAME = "nightly";

  /** What only held-out data gives. */
  private static final List<String> HELD_OUT =
      List.of("eval_loss", "perplexity", "mean_token_accuracy");

  private NightlyKeys() {}

  /** What {@code hone nightly} needs, with what is wrong noted; empty: nothing was written. */
  static Optional<HoneConfig.Nightly> read(
      Section top, boolean evalData, boolean answers, ReadContext context) {
    return top.inner(NAME)
        .map(
            entries ->
                read(
                    new Section(KeyTable.nightly(), entries, NAME + ".", Set.of(), context),
                    evalData,
                    answers));
  }

  private static HoneConfig.Nightly read(Section section, boolean evalData, boolean answers) {
    String model = section.text("model").orElse("");
    if (section.given("model") && !model.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
      section.problem(
          "model",
          "'%s' is not a name; use letters, digits, dots, dashes and underscores, at most 80"
              .formatted(model));
    }
    return new HoneConfig.Nightly(
        model,
        gates(section, evalData, answers),
        section.number("replay").orElse(0),
        section.text("rejected_records").orElse("").equals("again"),
        section.integer("keep_rejected"),
        section.text("webhook"));
  }

  private static List<Gate> gates(Section section, boolean evalData, boolean answers) {
    List<Gate> gates = List.of();
    try {
      gates = Gate.parseAll(section.words("promote_if"));
    } catch (IllegalArgumentException e) {
      section.problem("promote_if", e.getMessage());
    }
    for (Gate gate : gates) {
      boolean ofHeldOut = HELD_OUT.stream().anyMatch(gate.metric()::endsWith);
      if (ofHeldOut ? !evalData : !evalData && !answers) {
        section.problem(
            "promote_if",
            "'%s' is about %s, and nothing measures it; add %s"
                .formatted(
                    gate.text(),
                    gate.metric(),
                    ofHeldOut
                        ? "test_datasets or val_set_size"
                        : "question_datasets or multiple_choice_datasets"));
      }
    }
    return gates;
  }
}
