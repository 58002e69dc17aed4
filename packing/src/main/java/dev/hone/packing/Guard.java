package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A reason not to train on something that was prepared, unless the configuration's {@code allow}
 * names it.
 */
public enum Guard {
  /** Records in which no token carries loss; they are in quarantine either way. */
  NO_TRAINED_TOKEN,
  /** Trained turns after which the template writes no end-of-turn token. */
  UNTRAINED_EOT,
  /**
   * Conversations of which the chat template leaves something out. They go to quarantine, one by
   * one; if allowed, they stay ({@link dev.hone.formats.tokenizer.MaskRules#allowLeftOut}).
   */
  LEFT_OUT_BY_TEMPLATE;

  /**
   * A value of the key.
   *
   * @throws HoneException for any other value
   */
  public static Guard named(String value) {
    for (Guard guard : values()) {
      if (guard.key().equals(value)) {
        return guard;
      }
    }
    throw new HoneException(
        "allow: '%s' is unknown; use %s"
            .formatted(
                value,
                Arrays.stream(values()).map(Guard::key).collect(Collectors.joining(" or "))));
  }

  /** The value of the configuration key. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
