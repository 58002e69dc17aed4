package dev.hone.formats.corpus;

/**
 * A row that cannot be understood or trained on; it goes to {@code quarantine} and the run goes on.
 */
public final class RefusedRecord extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /**
   * @param reason code for column {@code reason}: corrupt_json, missing_field, wrong_type, ...
   * @param message what is wrong, with field and value, and what to do
   */
  public RefusedRecord(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The code that {@code quarantine.reason} holds. */
  public String reason() {
    return reason;
  }
}
