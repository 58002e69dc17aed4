package dev.hone.formats.corpus;

import java.util.Objects;
import java.util.Optional;

/**
 * A piece of a {@link Completion}.
 *
 * @param text not empty
 * @param weight its loss weight; empty: it is an input, and {@code train_on_inputs} decides
 */
public record Segment(String text, Optional<Float> weight) {
  public Segment {
    Objects.requireNonNull(text, "text");
    weight = weight.map(LossWeight::checked);
  }

  /** Text to go on from. */
  public static Segment input(String text) {
    return new Segment(text, Optional.empty());
  }

  /** Text with a weight of its own. */
  public static Segment of(String text, float weight) {
    return new Segment(text, Optional.of(weight));
  }
}
