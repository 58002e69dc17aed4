package dev.hone.formats.model.peft;

import java.util.Locale;

/** Which biases of the base model are trained beside an adapter: {@code bias}. */
public enum LoraBias {
  /** None. */
  NONE,
  /** Those of the layers that have a branch. */
  LORA_ONLY,
  /** All. */
  ALL;

  /** As PEFT writes it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The value of that name. */
  public static LoraBias named(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
