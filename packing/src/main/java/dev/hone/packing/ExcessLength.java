package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What becomes of a document with more tokens than {@code sequence_len}: {@code
 * excess_length_strategy}, for all datasets or for one. {@link Fitting} does it.
 */
public enum ExcessLength {
  /** It goes to quarantine with reason {@code too_long}; the default. */
  DROP,
  /** The preparation stops and names it. */
  ERROR,
  /** Its first {@code sequence_len} tokens stay. */
  TRUNCATE,
  /** It becomes several samples: a text in pieces, a conversation between turns. */
  SPLIT,
  /** The oldest turns of a conversation go, until the rest fits. */
  KEEP_LAST_TURNS,
  /**
   * It becomes pieces of {@code sequence_len} tokens, whatever it is: {@link Packing#BFD_SPLIT}.
   */
  SPLIT_TOKENS,
  /** It stays as it is, for {@link Packing#WRAPPED} to cut. */
  WHOLE;

  /** Axolotl's word for {@link #ERROR}. */
  private static final String RAISE = "raise";

  /**
   * The value of the key: {@code drop}, {@code error} (or {@code raise}, as Axolotl has it), {@code
   * truncate}, {@code split}, {@code keep_last_turns}; or what a {@link Packing} stands for.
   *
   * @throws HoneException for any other value
   */
  public static ExcessLength named(String value) {
    if (value.equals(RAISE)) {
      return ERROR;
    }
    for (ExcessLength strategy : values()) {
      if (strategy.key().equals(value)) {
        return strategy;
      }
    }
    throw new HoneException(
        "excess_length_strategy: '%s' is unknown; use one of %s"
            .formatted(
                value,
                Arrays.stream(values()).map(ExcessLength::key).collect(Collectors.joining(", "))));
  }

  /** The value of the configuration key. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
