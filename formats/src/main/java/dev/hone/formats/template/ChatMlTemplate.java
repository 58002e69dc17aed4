package dev.hone.formats.template;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * ChatML: {@code <|im_start|>role\ncontent<|im_end|>\n} for each message.
 *
 * <pre>
 * &lt;|im_start|&gt;user
 * Hi&lt;|im_end|&gt;
 * &lt;|im_start|&gt;assistant
 * Hello.&lt;|im_end|&gt;
 * </pre>
 *
 * <p>The newline after {@code <|im_end|>} belongs to no message: a model stops before it.
 *
 * @param defaultSystem a system message that is put first when the conversation does not begin with
 *     one, as SmolLM2's template does
 */
public record ChatMlTemplate(Optional<String> defaultSystem) implements ChatTemplate {
  static final String START = "<|im_start|>";
  static final String END = "<|im_end|>";

  public ChatMlTemplate {
    Objects.requireNonNull(defaultSystem, "defaultSystem");
  }

  @Override
  public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
    List<Message> messages = conversation.messages();
    Rendered.Builder text = new Rendered.Builder();
    if (defaultSystem.isPresent()
        && !messages.isEmpty()
        && !messages.get(0).role().equals("system")) {
      text.template(START + "system\n" + defaultSystem.get() + END + "\n", -1);
    }
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      text.template(START, i).append(message.role(), Rendered.Part.ROLE, i).template("\n", i);
      text.message(message.content(), i).template(END + "\n", i);
    }
    if (addGenerationPrompt) {
      text.template(generationPrompt(conversation), -1);
    }
    return text.build();
  }

  @Override
  public String generationPrompt(Conversation conversation) {
    return START + "assistant\n";
  }

  @Override
  public String fingerprint() {
    return "chatml, default system: " + defaultSystem.orElse("(none)");
  }
}
