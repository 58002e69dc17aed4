package dev.hone.ingest.read;

import com.fasterxml.jackson.databind.JsonNode;

/** What a reader found at one position of a source. */
public sealed interface Found {

  /** Position in the source, from 0; blank lines have none. */
  long ordinal();

  /** Line of the file on which it begins, from 1; null where a source has no lines. */
  Long line();

  /**
   * A record that could be read; whether it is of the dataset's format is not known yet.
   *
   * @param json any JSON value
   */
  record Item(long ordinal, Long line, JsonNode json) implements Found {}

  /**
   * A place that could not be read.
   *
   * @param reason code of column {@code quarantine.reason}
   * @param message what is wrong, where, and what to do
   * @param raw the text as it stands there
   */
  record Broken(long ordinal, Long line, String reason, String message, String raw)
      implements Found {}
}
