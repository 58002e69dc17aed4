package dev.hone.ingest.tables;

/** What a person can be told of a failure inside Spark. */
public final class Failures {
  private Failures() {}

  /** The first line of the message of the innermost cause that has one. */
  public static String firstLine(Throwable failure) {
    String line = failure.getClass().getSimpleName();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        line = message.strip().lines().findFirst().orElse(line);
      }
    }
    return line;
  }
}
