package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What becomes of a sample longer than {@code sequence_len}: {@code excess_length_strategy}. */
public enum ExcessLength {
  /** It goes to quarantine with reason {@code too_long}; the default. */
  DROP,
  /** Its first {@code sequence_len} tokens stay. */
  TRUNCATE,
  /** The preparation stops and names it. */
  RAISE;

  /**
   * The value of the key as Axolotl spells it: {@code drop}, {@code truncate}, {@code raise}.
   *
   * @throws HoneException for any other value
   */
  public static ExcessLength named(String value) {
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
