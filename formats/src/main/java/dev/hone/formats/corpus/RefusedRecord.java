package dev.hone.formats.corpus;

/**
 * A row that cannot be understood or trained on; it goes to {@code quarantine} and the run goes on.
 */
public final class RefusedRecord extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 1000;

  private final String reason;

  /**
   * @param reason code for column {@code reason}: corrupt_json, missing_field, wrong_type, ...
   * @param message what is wrong, with field and value, and what to do
   */
  public RefusedRecord(String reason, String message) {
    // An outcome of reading, not a fault of the program: there may be millions, and none is traced.
    super(line(message), null, false, false);
    this.reason = reason;
  }

  /** Names and values of a row can be of any length, and hold line breaks. */
  private static String line(String message) {
    String line = message.replaceAll("\\R", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }

  /** The code that {@code quarantine.reason} holds. */
  public String reason() {
    return reason;
  }
}
