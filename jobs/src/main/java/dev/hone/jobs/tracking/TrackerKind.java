package dev.hone.jobs.tracking;

import java.time.Duration;
import java.util.Map;

/**
 * A kind of tracker, found by {@link java.util.ServiceLoader}: a class with
 * {@code @AutoService(TrackerKind.class)} and its keys under {@code Tracking} in {@code keys.yaml}
 * are all that a new one needs.
 */
interface TrackerKind {

  /** As {@code report_to} has it. */
  String name();

  /**
   * A tracker for one run; touches no file and no network.
   *
   * @param environment variables of the process, where a server's credentials may be
   */
  Tracker open(TrackedRun run, Map<String, String> environment);

  /** Whether the end of a run is to bring the report of it as a page. */
  default boolean wantsPage() {
    return false;
  }

  /** How long the end of a run waits for it. */
  default Duration patience(TrackedRun run) {
    return Duration.ofSeconds(10);
  }
}
