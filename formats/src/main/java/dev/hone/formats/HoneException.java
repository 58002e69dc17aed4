package dev.hone.formats;

/**
 * A problem the user can mend. Its message is the one line that the user sees: what is wrong with
 * both values and the path, row or key; why; and what to do. The command line prints it without a
 * stack trace and exits non-zero; anything else that is thrown is a defect of ours.
 */
public class HoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HoneException(String message) {
    super(message);
  }

  public HoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
