package dev.hone.formats.corpus;

import java.util.Objects;
import java.util.Optional;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}; the names a chat
 *     template expects
 * @param content the text of the turn, exactly as in the corpus
 * @param train whether the row itself says that this turn is trained ({@code
 *     message_field_training}); empty: the mask rules decide
 */
public record Message(String role, String content, Optional<Boolean> train) {
  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(train, "train");
  }

  public static Message of(String role, String content) {
    return new Message(role, content, Optional.empty());
  }
}
