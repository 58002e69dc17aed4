package dev.hone.formats.template.jinja.core;

import java.util.Objects;

/**
 * Where a character of rendered text came from.
 *
 * <p>{@code Origin(MESSAGE, 2, "tool_calls[0].function.name")} is text of the third message; {@code
 * Origin(VARIABLE, -1, "tools[0].description")} is text of another variable of the context; {@code
 * Origin(TEMPLATE, 2, "")} is text of the template itself, written while a loop over the messages
 * was at the third one.
 *
 * @param kind what the text was taken from
 * @param message index in the conversation; for {@link Kind#TEMPLATE} the message whose turn was
 *     being written; -1 if there is none
 * @param path of the field below the message, or of the variable; empty for the template and for a
 *     message as a whole
 */
public record Origin(Kind kind, int message, String path) {
  /** What text was taken from. */
  public enum Kind {
    TEMPLATE,
    MESSAGE,
    VARIABLE
  }

  /** The template, outside any message. */
  public static final Origin TEMPLATE = new Origin(Kind.TEMPLATE, -1, "");

  public Origin {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(path, "path");
  }

  /** The template, while the given message is being written. */
  public static Origin template(int message) {
    return message < 0 ? TEMPLATE : new Origin(Kind.TEMPLATE, message, "");
  }

  /** A whole message. */
  public static Origin message(int message) {
    return new Origin(Kind.MESSAGE, message, "");
  }

  /** A variable of the context. */
  public static Origin variable(String name) {
    return new Origin(Kind.VARIABLE, -1, name);
  }

  /** The value of a key: {@code function} and {@code name} make {@code function.name}. */
  public Origin child(String key) {
    return new Origin(kind, message, path.isEmpty() ? key : path + "." + key);
  }

  /** An element of a list: {@code content} and 0 make {@code content[0]}. */
  public Origin child(int index) {
    return new Origin(kind, message, path + "[" + index + "]");
  }
}
