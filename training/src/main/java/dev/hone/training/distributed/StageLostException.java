package dev.hone.training.distributed;

import dev.hone.formats.HoneException;

/** Spark gave up a stage, whose work did not come to an end of its own. */
final class StageLostException extends HoneException {
  private static final long serialVersionUID = 1L;

  StageLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
