package dev.hone.jobs.tracking;

import java.io.IOException;

/** What a tracker writes to does not answer, or not well, and may do so later. */
final class BusyException extends IOException {
  private static final long serialVersionUID = 1;

  BusyException(String message) {
    super(message);
  }

  BusyException(String message, Throwable cause) {
    super(message, cause);
  }
}
