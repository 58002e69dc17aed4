package dev.hone.formats.corpus;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}; the names a chat
 *     template expects
 * @param content the text of the turn, exactly as in the corpus
 * @param train whether the row itself says that this turn is trained ({@code
 *     message_field_training}); empty: the mask rules decide
 * @param inputStart where in content the {@code input} of an Alpaca row begins: content is
 *     instruction, newline, input. Most templates need only content; the Alpaca prompt puts the two
 *     under headings of their own. Empty: content is one piece
 */
public record Message(
    String role, String content, Optional<Boolean> train, OptionalInt inputStart) {
  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(inputStart, "inputStart");
    if (inputStart.isPresent()
        && (inputStart.getAsInt() < 1 || inputStart.getAsInt() > content.length())) {
      throw new IllegalArgumentException(
          "inputStart "
              + inputStart.getAsInt()
              + " is outside a content of "
              + content.length()
              + " characters");
    }
  }

  public static Message of(String role, String content) {
    return new Message(role, content, Optional.empty(), OptionalInt.empty());
  }

  /** A user turn from the two fields of an Alpaca row. */
  public static Message instruction(String instruction, String input) {
    return new Message(
        "user",
        instruction + "\n" + input,
        Optional.empty(),
        OptionalInt.of(instruction.length() + 1));
  }

  /** The Alpaca {@code instruction}: content up to the newline before the input, or all of it. */
  public String instruction() {
    return inputStart.isPresent() ? content.substring(0, inputStart.getAsInt() - 1) : content;
  }

  /** The Alpaca {@code input}. */
  public Optional<String> input() {
    return inputStart.isPresent()
        ? Optional.of(content.substring(inputStart.getAsInt()))
        : Optional.empty();
  }
}
