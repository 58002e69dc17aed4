package dev.hone.ingest.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What Jackson says, without its class names and its notes on where the text came from. */
final class JsonProblem {
  /** Where an array began, in terms of a text that nobody sees. */
  private static final Pattern SOURCE = Pattern.compile(" \\(start marker at \\[Source: .*?]\\)");

  private JsonProblem() {}

  static String line(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return message == null
        ? "unreadable"
        : SOURCE.matcher(message.lines().findFirst().orElse("unreadable")).replaceAll("");
  }
}
