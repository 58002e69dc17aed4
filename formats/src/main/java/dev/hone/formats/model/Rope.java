package dev.hone.formats.model;

import java.util.Optional;

/**
 * Rotary embedding.
 *
 * @param theta {@code rope_theta}
 * @param fraction {@code partial_rotary_factor}: the part of a head, from its first element on,
 *     that is turned
 * @param scaling what else is done to the frequencies
 */
public record Rope(double theta, double fraction, Optional<RopeScaling> scaling) {

  /** Whole heads are turned, frequencies as they are. */
  public static Rope of(double theta) {
    return new Rope(theta, 1, Optional.empty());
  }

  /** Whole heads are turned. */
  public static Rope of(double theta, RopeScaling scaling) {
    return new Rope(theta, 1, Optional.of(scaling));
  }

  /** How many elements of a head are turned. */
  public int dimensions(int headDim) {
    return (int) (headDim * fraction);
  }
}
