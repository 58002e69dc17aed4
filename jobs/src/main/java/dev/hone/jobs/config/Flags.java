package dev.hone.jobs.config;

import java.util.Locale;
import java.util.Optional;

/** The spellings of true and false that YAML 1.1, and so Axolotl, accepts. */
final class Flags {
  private Flags() {}

  static Optional<Boolean> parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> Optional.of(true);
      case "false", "no", "off" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
