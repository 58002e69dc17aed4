package dev.hone.ingest.read;

import com.fasterxml.jackson.core.JsonProcessingException;

/** What Jackson says, without its class names and its notes on where the text came from. */
final class JsonProblem {
  private JsonProblem() {}

  static String line(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
