package dev.hone.formats.template;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.RefusedRecord;

/** Renders a conversation to the text a model reads, and says what each of its characters is. */
public interface ChatTemplate {

  /**
   * Renders a conversation.
   *
   * @param addGenerationPrompt whether to end with the opening of an assistant turn
   * @throws RefusedRecord {@code template_refused} if the template has no place for one of the
   *     messages
   */
  Rendered render(Conversation conversation, boolean addGenerationPrompt) throws RefusedRecord;

  /**
   * What the template writes to open the turn of the assistant.
   *
   * @param conversation brings the template's own settings, such as {@code enable_thinking}
   */
  Opening opening(Conversation conversation);

  /**
   * Whether its own words are part of the prompt, as Alpaca's are: {@code train_on_inputs} then
   * trains them too, as Axolotl does for prompts that are no chats.
   */
  default boolean speaksInPrompts() {
    return false;
  }

  /** What decides the output, for {@code prep_id}. */
  String fingerprint();
}
