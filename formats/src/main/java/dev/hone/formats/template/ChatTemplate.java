package dev.hone.formats.template;

import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import java.util.List;

/** Renders a conversation to the text a model reads, and says where each message ended up in it. */
public interface ChatTemplate {

  /**
   * Renders a conversation.
   *
   * @param addGenerationPrompt whether to end with the opening of an assistant turn
   * @throws RefusedRecord {@code template_refused} if the template has no place for one of the
   *     messages
   */
  Rendered render(List<Message> messages, boolean addGenerationPrompt) throws RefusedRecord;

  /** What decides the output, for {@code prep_id}. */
  String fingerprint();

  /**
   * A rendered conversation.
   *
   * @param text what the model reads
   * @param spans one for each message, in order
   */
  record Rendered(String text, List<Span> spans) {
    public Rendered {
      spans = List.copyOf(spans);
    }
  }

  /**
   * UTF-16 offsets of one message in the rendered text.
   *
   * @param contentStart first character of the content
   * @param contentEnd after its last character
   * @param turnEnd after the end-of-turn token that closes the message; equals contentEnd if the
   *     template has none
   */
  record Span(int contentStart, int contentEnd, int turnEnd) {}
}
