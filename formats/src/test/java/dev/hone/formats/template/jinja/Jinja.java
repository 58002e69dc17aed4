package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.template.jinja.core.Origin;
import dev.hone.formats.template.jinja.core.TemplateException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Short ways to render in tests. */
final class Jinja {
  private static final LocalDateTime NOW = LocalDateTime.parse("2025-03-09T08:05:07");

  private Jinja() {}

  /** Messages from roles and contents in turn. */
  static List<Map<String, Object>> chat(Object... rolesAndContents) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", rolesAndContents[i]);
      message.put("content", rolesAndContents[i + 1]);
      messages.add(message);
    }
    return messages;
  }

  static RenderInput input(List<Map<String, Object>> messages) {
    return RenderInput.of(messages, NOW);
  }

  /** The text of a template without messages. */
  static String text(String template) {
    return render(template, List.of()).text();
  }

  static TracedText render(String template, List<Map<String, Object>> messages) {
    return JinjaTemplate.parse(template).render(input(messages));
  }

  /** How a template fails: {@code kind: message}. */
  static String failure(String template) {
    TemplateException failure = assertThrows(TemplateException.class, () -> text(template));
    return failure.kind() + ": " + failure.getMessage();
  }

  /**
   * TracedText text with the origin of each run, such as {@code T[Hi ] 1.content[there]}: T is the
   * template, T2 the template in the turn of message 2, $tools a variable.
   */
  static String origins(String template, List<Map<String, Object>> messages) {
    return origins(render(template, messages));
  }

  static String origins(TracedText rendered) {
    List<String> runs = new ArrayList<>();
    for (TracedText.Run run : rendered.runs()) {
      runs.add(name(run.origin()) + "[" + rendered.text().substring(run.start(), run.end()) + "]");
    }
    return String.join(" ", runs);
  }

  private static String name(Origin origin) {
    return switch (origin.kind()) {
      case TEMPLATE -> "T" + (origin.message() < 0 ? "" : origin.message());
      case MESSAGE -> origin.message() + "." + origin.path();
      case VARIABLE -> "$" + origin.path();
    };
  }
}
