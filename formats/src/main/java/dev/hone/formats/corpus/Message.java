package dev.hone.formats.corpus;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One turn of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool}, or another one that
 *     {@code roles:} allows; the names a chat template expects
 * @param content the text of the turn, exactly as in the corpus; parts of a list joined
 * @param reasoning what a template knows as {@code reasoning_content}
 * @param toolCalls JSON text of OpenAI's list {@code
 *     [{"id":..,"type":"function","function":{"name":..,"arguments":{..}}}]}; arguments are always
 *     an object here, also where the corpus has them as text
 * @param properties other fields of the turn that templates may use, such as {@code name} and
 *     {@code tool_call_id}: name to JSON text, sorted by name
 * @param weight the row's own loss weight of the turn, at least 0; empty: the mask rules decide
 * @param weighted ranges with a weight of their own, by field and start, disjoint
 * @param inputStart where in content the {@code input} of an Alpaca row begins: content is
 *     instruction, newline, input. Most templates need only content; the Alpaca prompt puts the two
 *     under headings of their own. Empty: content is one piece
 */
public record Message(
    String role,
    String content,
    Optional<String> reasoning,
    Optional<String> toolCalls,
    Map<String, String> properties,
    Optional<Float> weight,
    List<Weighted> weighted,
    OptionalInt inputStart) {

  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
    Objects.requireNonNull(reasoning, "reasoning");
    Objects.requireNonNull(toolCalls, "toolCalls");
    SortedMap<String, String> sorted = new TreeMap<>(properties);
    properties = Collections.unmodifiableSortedMap(sorted);
    weight = weight.map(LossWeight::checked);
    weighted = List.copyOf(weighted);
    Weighted.requireOrder(weighted, content, reasoning.orElse(""));
    if (inputStart.isPresent()
        && (inputStart.getAsInt() < 1 || inputStart.getAsInt() > content.length())) {
      throw new IllegalArgumentException(
          "inputStart "
              + inputStart.getAsInt()
              + " is outside a content of "
              + content.length()
              + " characters");
    }
  }

  public static Message of(String role, String content) {
    return new Message(
        role,
        content,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        List.of(),
        OptionalInt.empty());
  }

  /** A user turn from the two fields of an Alpaca row. */
  public static Message instruction(String instruction, String input) {
    return of("user", instruction + "\n" + input).withInputStart(instruction.length() + 1);
  }

  public Message withReasoning(String text) {
    return new Message(
        role, content, Optional.of(text), toolCalls, properties, weight, weighted, inputStart);
  }

  /**
   * The same turn with tool calls.
   *
   * @param json see {@link #toolCalls()}
   */
  public Message withToolCalls(String json) {
    return new Message(
        role, content, reasoning, Optional.of(json), properties, weight, weighted, inputStart);
  }

  /**
   * The same turn with other properties.
   *
   * @param json see {@link #properties()}
   */
  public Message withProperties(Map<String, String> json) {
    return new Message(role, content, reasoning, toolCalls, json, weight, weighted, inputStart);
  }

  public Message withWeight(float value) {
    return new Message(
        role, content, reasoning, toolCalls, properties, Optional.of(value), weighted, inputStart);
  }

  public Message withWeighted(List<Weighted> ranges) {
    return new Message(role, content, reasoning, toolCalls, properties, weight, ranges, inputStart);
  }

  private Message withInputStart(int start) {
    return new Message(
        role, content, reasoning, toolCalls, properties, weight, weighted, OptionalInt.of(start));
  }

  /** The Alpaca {@code instruction}: content up to the newline before the input, or all of it. */
  public String instruction() {
    return inputStart.isPresent() ? content.substring(0, inputStart.getAsInt() - 1) : content;
  }

  /** The Alpaca {@code input}. */
  public Optional<String> input() {
    return inputStart.isPresent()
        ? Optional.of(content.substring(inputStart.getAsInt()))
        : Optional.empty();
  }
}
