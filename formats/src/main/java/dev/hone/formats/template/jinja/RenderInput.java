package dev.hone.formats.template.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a template is rendered with.
 *
 * <p>Values are what a JSON reader gives: strings, booleans, numbers, lists, maps with string keys,
 * and null.
 *
 * @param messages the conversation; the template sees it as {@code messages}
 * @param variables all others by name, such as {@code tools} and {@code bos_token}
 * @param now what {@code strftime_now} tells
 */
public record RenderInput(
    List<Map<String, Object>> messages, Map<String, Object> variables, LocalDateTime now) {
  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  public RenderInput {
    messages = List.copyOf(messages);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /**
   * A conversation with what Transformers always passes: no tools, no documents, no generation
   * prompt. The reasoning of a message gets all the names that templates read it by.
   */
  public static RenderInput of(List<Map<String, Object>> messages, LocalDateTime now) {
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("tools", null);
    variables.put("documents", null);
    variables.put("add_generation_prompt", false);
    List<Map<String, Object>> named = new ArrayList<>();
    messages.forEach(message -> named.add(withReasoning(message)));
    return new RenderInput(named, variables, now);
  }

  private static Map<String, Object> withReasoning(Map<String, Object> message) {
    Object reasoning =
        REASONING.stream()
            .map(message::get)
            .filter(value -> value != null)
            .findFirst()
            .orElse(null);
    if (reasoning == null) {
      return message;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("thinking", reasoning);
    named.putAll(message);
    named.put("reasoning_content", reasoning);
    return named;
  }

  /** The same with another variable, or another value of one. */
  public RenderInput with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(variables);
    more.put(name, value);
    return new RenderInput(messages, more, now);
  }

  /** The same with several variables. */
  public RenderInput with(Map<String, ?> values) {
    Map<String, Object> more = new LinkedHashMap<>(variables);
    more.putAll(values);
    return new RenderInput(messages, more, now);
  }
}
