package dev.hone.jobs.tracking;

import java.time.Instant;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param finished whether it did what it was to do
 * @param message why not
 * @param page the report of the run as HTML, if a tracker asked for it and it could be made
 */
record Ending(Instant at, boolean finished, Optional<String> message, Optional<String> page) {

  /** As in the table {@code runs}. */
  String state() {
    return finished ? "finished" : "failed";
  }
}
