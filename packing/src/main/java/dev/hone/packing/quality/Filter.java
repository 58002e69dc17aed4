package dev.hone.packing.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What may remove a document before it is tokenized, in the order in which it does; the reason in
 * {@code quarantine} and the name in {@code quality}.
 */
public enum Filter {
  TOO_SHORT_TEXT,
  TOO_LONG_TEXT,
  SCRIPT,
  LANGUAGE,
  PII,
  /** {@code decontamination}. */
  CONTAMINATED,
  /** {@code dataset_exact_deduplication}. */
  DUPLICATE,
  NEAR_DUPLICATE;

  /** The reason and the name. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Every {@link #key}. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Filter::key).toList();
  }
}
