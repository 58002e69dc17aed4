package dev.hone.formats.template;

import dev.hone.formats.corpus.Message;
import java.util.ArrayList;
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
  public Rendered render(List<Message> messages, boolean addGenerationPrompt) {
    StringBuilder text = new StringBuilder();
    List<Span> spans = new ArrayList<>(messages.size());
    if (defaultSystem.isPresent()
        && !messages.isEmpty()
        && !messages.get(0).role().equals("system")) {
      turn("system", defaultSystem.get(), text);
    }
    for (Message message : messages) {
      spans.add(turn(message.role(), message.content(), text));
    }
    if (addGenerationPrompt) {
      text.append(START).append("assistant\n");
    }
    return new Rendered(text.toString(), spans);
  }

  private static Span turn(String role, String content, StringBuilder text) {
    text.append(START).append(role).append('\n');
    int contentStart = text.length();
    text.append(content);
    int contentEnd = text.length();
    text.append(END);
    int turnEnd = text.length();
    text.append('\n');
    return new Span(contentStart, contentEnd, turnEnd);
  }

  @Override
  public String fingerprint() {
    return "chatml, default system: " + defaultSystem.orElse("(none)");
  }
}
