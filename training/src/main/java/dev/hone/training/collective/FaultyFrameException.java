package dev.hone.training.collective;

import java.io.IOException;

/** A frame came that is not the one that was due. */
final class FaultyFrameException extends IOException {
  private static final long serialVersionUID = 1L;

  FaultyFrameException(String message) {
    super(message);
  }
}
