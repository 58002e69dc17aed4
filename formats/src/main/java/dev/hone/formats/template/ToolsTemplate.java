package dev.hone.formats.template;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.RefusedRecord;

/**
 * Two templates of one tokenizer: {@code tool_use} for conversations with tools, {@code default}
 * for the others, as Transformers chooses.
 */
record ToolsTemplate(ChatTemplate usual, ChatTemplate withTools) implements ChatTemplate {

  private ChatTemplate of(Conversation conversation) {
    return conversation.tools().isPresent() ? withTools : usual;
  }

  @Override
  public Rendered render(Conversation conversation, boolean addGenerationPrompt)
      throws RefusedRecord {
    return of(conversation).render(conversation, addGenerationPrompt);
  }

  @Override
  public Opening opening(Conversation conversation) {
    return of(conversation).opening(conversation);
  }

  @Override
  public String fingerprint() {
    return "default: " + usual.fingerprint() + "\ntool_use: " + withTools.fingerprint();
  }
}
