package dev.hone.training.checkpoint.store;

import java.io.IOException;

/** A store did not do what it was asked: which operation on what, why, and what to do about it. */
public final class StoreException extends IOException {
  private static final long serialVersionUID = 1;

  private final String cure;

  StoreException(String message, String cure, Throwable cause) {
    super(message, cause);
    this.cure = cure;
  }

  /** What to do. */
  public String cure() {
    return cure;
  }
}
