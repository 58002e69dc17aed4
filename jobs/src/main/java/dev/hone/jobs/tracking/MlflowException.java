package dev.hone.jobs.tracking;

import java.io.IOException;

/** MLflow's server understood, and says no. */
final class MlflowException extends IOException {
  private static final long serialVersionUID = 1;

  private final String code;

  /**
   * A refusal.
   *
   * @param code MLflow's, such as {@code RESOURCE_DOES_NOT_EXIST}
   */
  MlflowException(String code, String message) {
    super(message);
    this.code = code;
  }

  boolean is(String other) {
    return code.equals(other);
  }
}
