package dev.hone.jobs;

import java.time.Duration;
import java.util.Locale;

/** Times for a person. */
public final class Durations {
  private Durations() {}

  /** {@code 1h 02m}, {@code 3m 07s}, {@code 12s}. */
  public static String shown(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds >= 3600) {
      return String.format(Locale.ROOT, "%dh %02dm", seconds / 3600, seconds % 3600 / 60);
    }
    return seconds >= 60
        ? String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60)
        : seconds + "s";
  }
}
