package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How long datasets are mixed by weight: the values of {@code mix_strategy} other than {@code
 * concat}, which are LLaMA-Factory's.
 */
public enum MixStrategy {
  /** Until the first of them is used up; nothing is repeated. */
  INTERLEAVE_UNDER,
  /** Until the last of them is used up; the others are repeated. */
  INTERLEAVE_OVER;

  /**
   * A value of the key.
   *
   * @throws HoneException for any other value
   */
  public static MixStrategy named(String value) {
    return Arrays.stream(values())
        .filter(strategy -> strategy.key().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new HoneException(
                    "mix_strategy: '%s' is unknown; use one of concat, %s"
                        .formatted(
                            value,
                            Arrays.stream(values())
                                .map(MixStrategy::key)
                                .collect(Collectors.joining(", ")))));
  }

  /** The value of the configuration key. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
