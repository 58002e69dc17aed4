package dev.hone.training.collective;

import java.io.IOException;

/** The other end of a connection is not the rank that is waited for. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
