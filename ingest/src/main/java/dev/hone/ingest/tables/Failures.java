package dev.hone.ingest.tables;

import dev.hone.formats.FailureText;

/** What a person can be told of a failure inside Spark. */
public final class Failures {
  private Failures() {}

  /** See {@link FailureText#firstLine}. */
  public static String firstLine(Throwable failure) {
    return FailureText.firstLine(failure);
  }
}
