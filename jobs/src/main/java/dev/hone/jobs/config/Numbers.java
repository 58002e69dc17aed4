package dev.hone.jobs.config;

import java.util.Optional;

/** Numbers as people write them in YAML: {@code 2e-4}, {@code 1_000}, {@code 3}. */
final class Numbers {
  private Numbers() {}

  /** The number, or nothing; words such as NaN, hexadecimal and Java's suffixes are no numbers. */
  static Optional<Double> parse(String text) {
    String digits = text.replace("_", "");
    return digits.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")
        ? Optional.of(Double.valueOf(digits))
        : Optional.empty();
  }

  /** Without a trailing {@code .0}. */
  static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
