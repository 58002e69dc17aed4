package dev.hone.formats.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;

/**
 * Whether the turns of a conversation can follow each other, with a reason code for each fault:
 *
 * <ul>
 *   <li>{@code empty_turn}: a user or assistant turn without text, reasoning and tool calls
 *   <li>{@code system_not_first}: a system turn after another turn
 *   <li>{@code role_order}: the assistant begins, or one of user and assistant speaks twice in a
 *       row
 *   <li>{@code tool_without_call}: a tool result without an assistant turn before it, or with an id
 *       that none of its calls has. An assistant turn without calls is taken to have them in its
 *       text
 * </ul>
 *
 * <p>A last turn without an answer is no fault: nothing of it is trained. A repair drops it all the
 * same ({@code last_turn_not_answer}), unless the row says that it is trained.
 *
 * <p>Turns in other roles, which {@code roles:} may bring in, may stand anywhere.
 */
final class StructureCheck {
  static final FormatOption OPTION =
      FormatOption.choice(
          "validation",
          List.of("strict", "repair", "off"),
          "strict",
          "What becomes of a chat whose turns cannot follow each other: it is refused, repaired, or taken as it is.");

  private static final Set<String> SPEAKERS = Set.of("user", "assistant");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StructureCheck() {}

  /**
   * Checks all turns in order.
   *
   * @throws RefusedRecord with the reason of the first fault
   */
  static void requireStructure(List<Message> messages) throws RefusedRecord {
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (isEmpty(message)) {
        throw fault("empty_turn", i, message, "has no text", "drops the turn");
      }
      if (message.role().equals("system") && i > 0) {
        throw fault(
            "system_not_first", i, message, "comes after other turns", "moves it to the front");
      }
      String before = before(messages, i);
      if (breaksOrder(message.role(), before)) {
        throw fault(
            "role_order",
            i,
            message,
            before.isEmpty() ? "begins the conversation" : "comes right after another one",
            before.isEmpty() ? "drops the turn" : "joins the two");
      }
      if (message.role().equals("tool") && !answersCall(messages, i)) {
        throw fault(
            "tool_without_call", i, message, "answers no call of the assistant", "drops the turn");
      }
    }
  }

  static boolean isEmpty(Message message) {
    return SPEAKERS.contains(message.role())
        && message.content().isBlank()
        && message.reasoning().isEmpty()
        && message.toolCalls().isEmpty();
  }

  /**
   * Whether a role cannot speak.
   *
   * @param before the role before it, empty at the start
   */
  static boolean breaksOrder(String role, String before) {
    return SPEAKERS.contains(role)
        && (role.equals(before) || (before.isEmpty() && role.equals("assistant")));
  }

  static boolean isUnanswered(Message last) {
    return (last.role().equals("user") || last.role().equals("tool"))
        && last.weight().orElse(0f) == 0;
  }

  /** The role before a turn, a system message at the start not counted. */
  private static String before(List<Message> messages, int i) {
    String role = i == 0 ? "" : messages.get(i - 1).role();
    return role.equals("system") && i == 1 ? "" : role;
  }

  /** Whether a tool result at i follows a call, other results between them. */
  static boolean answersCall(List<Message> messages, int i) {
    int call = i - 1;
    while (call >= 0 && messages.get(call).role().equals("tool")) {
      call--;
    }
    String role = call < 0 ? "system" : messages.get(call).role();
    if (!role.equals("assistant")) {
      return !role.equals("system") && !role.equals("user");
    }
    String id = messages.get(i).properties().get("tool_call_id");
    return id == null || messages.get(call).toolCalls().map(calls -> has(calls, id)).orElse(true);
  }

  /** Whether one of the calls has the id; calls without any id match every one. */
  private static boolean has(String calls, String id) {
    try {
      boolean ids = false;
      for (JsonNode call : MAPPER.readTree(calls)) {
        ids |= call.has("id");
        if (call.path("id").toString().equals(id)) {
          return true;
        }
      }
      return !ids;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("tool calls that are no JSON: " + calls, e);
    }
  }

  private static RefusedRecord fault(
      String reason, int i, Message message, String problem, String repair) {
    return new RefusedRecord(
        reason,
        "turn %d (%s) %s; correct the row, or set validation: repair, which %s, or validation: off"
            .formatted(i, message.role(), problem, repair));
  }
}
