package dev.hone.formats.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.RefusedRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A template with variables that a configuration sets; those of a row go before them. */
final class SettledTemplate implements ChatTemplate {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChatTemplate template;
  private final String kwargs;

  /**
   * @param kwargs a JSON object
   */
  SettledTemplate(ChatTemplate template, String kwargs) {
    this.template = template;
    this.kwargs = kwargs;
  }

  @Override
  public Rendered render(Conversation conversation, boolean addGenerationPrompt)
      throws RefusedRecord {
    return template.render(settled(conversation), addGenerationPrompt);
  }

  @Override
  public Opening opening(Conversation conversation) {
    return template.opening(settled(conversation));
  }

  @Override
  public boolean speaksInPrompts() {
    return template.speaksInPrompts();
  }

  @Override
  public String fingerprint() {
    return template.fingerprint() + "\nchat_template_kwargs: " + kwargs;
  }

  private Conversation settled(Conversation conversation) {
    String both = conversation.templateKwargs().map(this::merged).orElse(kwargs);
    return new Conversation(conversation.messages(), conversation.tools(), Optional.of(both));
  }

  private String merged(String row) {
    Map<String, Object> both = new LinkedHashMap<>(MessageValues.object(kwargs));
    both.putAll(MessageValues.object(row));
    try {
      return JSON.writeValueAsString(both);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values that were JSON are none any more", e);
    }
  }
}
