package dev.hone.training.parallel;

import java.io.Serializable;

/**
 * Which ranks train a model together, and how.
 *
 * @param size how many
 * @param averaging {@code mode}: what they average, and when
 */
public record Ranks(int size, Averaged averaging) implements Serializable {
  /** One, that averages nothing. */
  public static final Ranks ONE = gradients(1);

  /** Checks the number. */
  public Ranks {
    if (size < 1) {
      throw new IllegalArgumentException("training needs a rank, not " + size);
    }
  }

  /** Ranks that average the gradients of every step. */
  public static Ranks gradients(int size) {
    return new Ranks(size, new Averaged.Gradients());
  }
}
