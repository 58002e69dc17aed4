package dev.hone.training.distributed;

import dev.hone.formats.HoneException;

/** A run has ended at a checkpoint before its last step, because it was asked to. */
public final class RunStoppedException extends HoneException {
  private static final long serialVersionUID = 1L;

  private final long step;

  RunStoppedException(String message, long step) {
    super(message);
    this.step = step;
  }

  /** Steps done: those of the checkpoint. */
  public long step() {
    return step;
  }
}
