package dev.hone.jobs;

import java.util.Locale;

/** Numbers for people, with prefixes in powers of 1,000: {@code 538 MB}, {@code 1.5 TFLOP}. */
public final class Sizes {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Sizes() {}

  /** A number of bytes. */
  public static String bytes(long bytes) {
    return of((double) bytes, "B");
  }

  /** A number of units, of two or three digits before or after the point. */
  public static String of(double value, String unit) {
    int prefix = 0;
    double shown = value;
    while (shown >= 999.5 && prefix < PREFIXES.length - 1) {
      shown /= 1000;
      prefix++;
    }
    String format = shown >= 99.95 || prefix == 0 ? "%.0f %s%s" : "%.1f %s%s";
    return String.format(Locale.ROOT, format, shown, PREFIXES[prefix], unit);
  }
}
