package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code validation: repair}: turns made to follow each other, with the least that does it. Empty
 * turns, answers before the first question, tool results without a call and unanswered last turns
 * are dropped; turns of one role in a row are joined by an empty line; a late system message moves
 * to the front.
 *
 * <p>{@code user a, user b, assistant c, user d} becomes {@code user a\n\nb, assistant c}, with the
 * repairs {@code role_order} and {@code last_turn_not_answer}.
 */
final class StructureRepair {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<Message> kept = new ArrayList<>();
  private final List<String> repairs;

  /**
   * @param repairs is told the reason code of every repair
   */
  StructureRepair(List<String> repairs) {
    this.repairs = repairs;
  }

  /**
   * Repairs a conversation.
   *
   * @throws RefusedRecord if nothing to learn would be left, or turns cannot be joined
   */
  List<Message> repair(List<Message> messages) throws RefusedRecord {
    for (Message message : messages) {
      if (StructureCheck.isEmpty(message)) {
        repairs.add("empty_turn");
      } else if (message.role().equals("system")) {
        system(message);
      } else {
        add(message);
      }
    }
    while (!kept.isEmpty() && StructureCheck.isUnanswered(kept.get(kept.size() - 1))) {
      kept.remove(kept.size() - 1);
      repairs.add("last_turn_not_answer");
    }
    if (kept.stream().allMatch(message -> message.role().equals("system"))) {
      throw new RefusedRecord(
          "empty_conversation",
          "no turn is left after the repairs %s; drop the row".formatted(repairs));
    }
    StructureCheck.requireStructure(kept);
    return kept;
  }

  private void system(Message message) throws RefusedRecord {
    if (kept.isEmpty()) {
      kept.add(message);
      return;
    }
    repairs.add("system_not_first");
    if (kept.get(0).role().equals("system")) {
      kept.set(0, joined(kept.get(0), message));
    } else {
      kept.add(0, message);
    }
  }

  private void add(Message message) throws RefusedRecord {
    int last = kept.size() - 1;
    String before = last < 0 || kept.get(last).role().equals("system") ? "" : kept.get(last).role();
    kept.add(message);
    if (message.role().equals("tool") && !StructureCheck.answersCall(kept, last + 1)) {
      kept.remove(last + 1);
      repairs.add("tool_without_call");
    } else if (StructureCheck.breaksOrder(message.role(), before)) {
      kept.remove(last + 1);
      repairs.add("role_order");
      if (!before.isEmpty()) {
        kept.set(last, joined(kept.get(last), message));
      }
    }
  }

  private static Message joined(Message first, Message second) throws RefusedRecord {
    if (!first.weight().equals(second.weight())
        || !first.weighted().isEmpty()
        || !second.weighted().isEmpty()
        || !first.properties().equals(second.properties())) {
      throw new RefusedRecord(
          "role_order",
          "two %s turns in a row differ in weights or properties, so they cannot be joined; correct the row or drop it"
              .formatted(first.role()));
    }
    return new Message(
        first.role(),
        texts(Optional.of(first.content()), Optional.of(second.content())).orElse(""),
        texts(first.reasoning(), second.reasoning()),
        calls(first.toolCalls(), second.toolCalls()),
        first.properties(),
        first.weight(),
        List.of(),
        OptionalInt.empty());
  }

  private static Optional<String> texts(Optional<String> first, Optional<String> second) {
    Optional<String> before = first.filter(text -> !text.isBlank());
    Optional<String> after = second.filter(text -> !text.isBlank());
    return before.isPresent() && after.isPresent()
        ? Optional.of(before.get() + "\n\n" + after.get())
        : before.or(() -> after);
  }

  private static Optional<String> calls(Optional<String> first, Optional<String> second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first.or(() -> second);
    }
    try {
      ArrayNode all = MAPPER.createArrayNode();
      for (String calls : List.of(first.get(), second.get())) {
        for (JsonNode call : MAPPER.readTree(calls)) {
          all.add(call);
        }
      }
      return Optional.of(all.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("tool calls that are no JSON", e);
    }
  }
}
