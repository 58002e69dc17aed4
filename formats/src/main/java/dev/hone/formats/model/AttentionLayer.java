package dev.hone.formats.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the attention of one layer sees.
 *
 * @param rope how q and k are turned by their position; empty: not at all (SmolLM3's NoPE layers)
 * @param window tokens that a token sees, itself included: {@code sliding_window}; empty: all that
 *     came before it
 */
public record AttentionLayer(Optional<Rope> rope, OptionalInt window) {

  /** A layer that sees all that came before. */
  public static AttentionLayer full(Rope rope) {
    return new AttentionLayer(Optional.of(rope), OptionalInt.empty());
  }

  /** A layer that sees so many tokens. */
  public static AttentionLayer sliding(Rope rope, int window) {
    return new AttentionLayer(Optional.of(rope), OptionalInt.of(window));
  }
}
