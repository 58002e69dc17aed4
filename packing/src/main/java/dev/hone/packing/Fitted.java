package dev.hone.packing;

import dev.hone.formats.tables.PackRow;
import dev.hone.formats.tokenizer.Sample;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The samples of one document, and what they leave out of it.
 *
 * @param samples at least one, each of a length that the rules allow
 * @param applied the strategy that was needed; empty: the document fits as it is
 * @param loss what was left out
 * @param answers which answer each sample is, by the names of {@code samples.answer}; empty: the
 *     document is no answer to learn from by comparison
 * @param margin how much better the chosen answer of a pair is, where the corpus says so
 */
record Fitted(
    List<Sample> samples,
    Optional<ExcessLength> applied,
    Loss loss,
    List<String> answers,
    OptionalDouble margin) {
  Fitted {
    samples = List.copyOf(samples);
    answers = List.copyOf(answers);
  }

  Fitted(List<Sample> samples, Optional<ExcessLength> applied, Loss loss) {
    this(samples, applied, loss, List.of(), OptionalDouble.empty());
  }

  /**
   * What a document lost on its way.
   *
   * @param tokens that are in no sample
   * @param pieces of {@code split} without a trained token or shorter than {@code min_sample_len},
   *     and of {@link Wrapped} without a trained token
   * @param turns that {@code keep_last_turns} left out
   * @param targets trained tokens that {@code split} or {@link Wrapped} put first in a piece: they
   *     are in the sample, but nothing predicts them
   */
  record Loss(int tokens, int pieces, int turns, int targets) {
    static final Loss NONE = new Loss(0, 0, 0, 0);

    Loss plus(Loss other) {
      return new Loss(
          tokens + other.tokens,
          pieces + other.pieces,
          turns + other.turns,
          targets + other.targets);
    }
  }

  /** A document that fits. */
  static Fitted whole(Sample sample) {
    return new Fitted(List.of(sample), Optional.empty(), Loss.NONE);
  }

  /** Two answers that fit, which are compared. */
  static Fitted pair(Fitted chosen, Fitted rejected, OptionalDouble margin) {
    return new Fitted(
        List.of(chosen.samples().get(0), rejected.samples().get(0)),
        chosen.applied().or(rejected::applied),
        chosen.loss().plus(rejected.loss()),
        List.of(PackRow.CHOSEN, PackRow.REJECTED),
        margin);
  }

  /** An answer that fits, which is wanted or not. */
  static Fitted labelled(Fitted answer, boolean wanted) {
    return new Fitted(
        answer.samples(),
        answer.applied(),
        answer.loss(),
        List.of(PackRow.label(wanted)),
        OptionalDouble.empty());
  }

  static Fitted by(ExcessLength strategy, List<Sample> samples, Loss loss) {
    return new Fitted(samples, Optional.of(strategy), loss);
  }
}
