package dev.hone.formats.corpus;

import static dev.hone.formats.corpus.Refusals.assertRefused;
import static dev.hone.formats.corpus.Refusals.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChatFormatsTest {
  private static final String SHAREGPT =
      "{\"conversations\":[{\"from\":\"human\",\"value\":\"Hi\"},{\"from\":\"gpt\",\"value\":\"Hello.\"}]}";
  private static final String OPENAI =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Hello.\"}]}";
  private static final Conversation HELLO =
      new Conversation(List.of(Message.of("user", "Hi"), Message.of("assistant", "Hello.")));

  @Test
  void oneConversationFromEverySpelling() throws RefusedRecord {
    assertEquals(HELLO, read("sharegpt", SHAREGPT));
    assertEquals(HELLO, read("chat_template", OPENAI));
    assertEquals(HELLO, read("chat_template", SHAREGPT));
    assertEquals(HELLO, read("chat_template", SHAREGPT.replace("conversations", "messages")));
    assertEquals(HELLO, read("chat_template", OPENAI.replace("messages", "conversations")));
    assertEquals(
        HELLO,
        read(
            "chat_template",
            SHAREGPT.replace("conversations", "chat"),
            Map.of(
                "field_messages", "chat",
                "message_property_mappings.role", "from",
                "message_property_mappings.content", "value")));
  }

  @Test
  void configuredNamesAreNotGuessedAround() {
    RefusedRecord refused =
        assertThrows(
            RefusedRecord.class,
            () -> read("chat_template", SHAREGPT, Map.of("field_messages", "chat")));
    assertEquals("missing_field", refused.reason());
  }

  @Test
  void everyRoleNameHasOneOfFourMeanings() throws RefusedRecord {
    String turns =
        List.of(
                "system",
                "human",
                "user",
                "gpt",
                "assistant",
                "model",
                "function_call",
                "tool",
                "observation")
            .stream()
            .map(role -> "{\"from\":\"" + role + "\",\"value\":\"x\"}")
            .reduce((a, b) -> a + "," + b)
            .orElseThrow();
    Conversation conversation =
        (Conversation)
            read("sharegpt", "{\"conversations\":[" + turns + "]}", Map.of("validation", "off"));
    assertEquals(
        List.of(
            "system",
            "user",
            "user",
            "assistant",
            "assistant",
            "assistant",
            "assistant",
            "tool",
            "tool"),
        conversation.messages().stream().map(Message::role).toList());
  }

  @Test
  void systemAndToolsBesideTheListAreKept() throws RefusedRecord {
    String start = SHAREGPT.substring(0, SHAREGPT.length() - 1);
    assertEquals(
        new Conversation(
            List.of(
                Message.of("system", "Short."),
                Message.of("user", "Hi"),
                Message.of("assistant", "Hello.")),
            Optional.of("[{\"name\":\"f\"}]"),
            Optional.empty()),
        read("sharegpt", start + ",\"system\":\"Short.\",\"tools\":[{\"name\":\"f\"}]}"));
    assertEquals(
        new Conversation(HELLO.messages(), Optional.of("[{\"name\":\"f\"}]"), Optional.empty()),
        read("sharegpt", start + ",\"system\":\"\",\"tools\":\"[{\\\"name\\\": \\\"f\\\"}]\"}"));
    assertEquals(HELLO, read("sharegpt", start + ",\"system\":null,\"tools\":[]}"));
    assertRefused(
        "chat_template",
        "{\"system\":\"a\",\"messages\":[{\"role\":\"system\",\"content\":\"b\"}]}",
        "two_system_messages",
        "field_system");
  }

  @Test
  void refusesWhatIsNoConversation() {
    assertRefused("sharegpt", OPENAI, "missing_field", "'conversations'", "field_messages");
    assertRefused("chat_template", "{\"a\":1}", "missing_field", "'messages'", "the row has a");
    assertRefused("sharegpt", "{}", "missing_field", "no fields");
    assertRefused("sharegpt", "{\"conversations\":[]}", "empty_conversation", "'conversations'");
    assertRefused("sharegpt", "{\"conversations\":\"x\"}", "wrong_type", "a string: \"x\"");
    assertRefused("sharegpt", "{\"conversations\":[\"x\"]}", "wrong_type", "conversations[0]");
    assertRefused(
        "sharegpt",
        "{\"conversations\":[{\"from\":\"bard\",\"value\":\"x\"}]}",
        "unknown_role",
        "conversations[0].from",
        "'bard'",
        "function_call, gpt, human");
    assertRefused(
        "sharegpt",
        "{\"conversations\":[{\"from\":\"gpt\",\"text\":\"x\"}]}",
        "missing_field",
        "conversations[0].value",
        "from, text");
    assertRefused(
        "sharegpt",
        "{\"conversations\":[{\"from\":1,\"value\":\"x\"}]}",
        "wrong_type",
        "conversations[0].from is a number: 1");
    assertRefused(
        "chat_template",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"1\"}]}]}",
        "invalid_tool_call",
        "messages[0].tool_calls[0]");
  }
}
