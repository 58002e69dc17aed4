package dev.hone.formats.template;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.template.jinja.TracedText;
import dev.hone.formats.template.jinja.core.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds what a template did not write: contents and tool calls of which no character is in the
 * text, such as a system message that a template has no place for. Reasoning may be missing, since
 * templates forget that of earlier turns on purpose, unless a turn says nothing else.
 */
final class LeftOut {
  private static final String REASONING = "reasoning_content %d";

  private LeftOut() {}

  /** One phrase for each missing field, in the order of the messages. */
  static List<String> of(Conversation conversation, TracedText rendered) {
    Set<String> written = new HashSet<>();
    for (TracedText.Run run : rendered.runs()) {
      Origin origin = run.origin();
      if (origin.kind() == Origin.Kind.MESSAGE) {
        written.add(field(origin.path()) + " " + origin.message());
      }
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < conversation.messages().size(); i++) {
      Message message = conversation.messages().get(i);
      if (!message.content().isBlank() && !written.contains("content " + i)) {
        missing.add("the content of message %d (%s)".formatted(i, message.role()));
      }
      if (message.content().isBlank()
          && message.toolCalls().isEmpty()
          && message.reasoning().filter(text -> !text.isBlank()).isPresent()
          && written.stream().noneMatch(REASONING.formatted(i)::equals)) {
        missing.add(
            "the reasoning of message %d (%s), which says nothing else"
                .formatted(i, message.role()));
      }
      if (message.toolCalls().isPresent() && !written.contains("tool_calls " + i)) {
        missing.add("the tool_calls of message %d (%s)".formatted(i, message.role()));
      }
    }
    return missing;
  }

  /** An instruction is content, too. */
  private static String field(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    String root = path.substring(0, end);
    return root.equals("instruction") ? "content" : root;
  }
}
