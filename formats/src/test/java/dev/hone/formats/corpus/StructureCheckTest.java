package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StructureCheckTest {

  /** Turns as "user a, assistant b"; a role alone is an empty turn. */
  private static CorpusReader.Accepted read(String validation, String turns) throws RefusedRecord {
    String messages =
        Stream.of(turns.split(", "))
            .map(turn -> turn.split(" ", 2))
            .map(
                turn ->
                    "{\"role\":\"%s\",\"content\":\"%s\"}"
                        .formatted(turn[0], turn.length > 1 ? turn[1] : ""))
            .collect(Collectors.joining(",", "{\"messages\":[", "]}"));
    return readJson(validation, messages);
  }

  private static CorpusReader.Accepted readJson(String validation, String row)
      throws RefusedRecord {
    try {
      return CorpusReader.of(
              "chat_template",
              Map.of(
                  "validation",
                  validation,
                  "roles.critic",
                  "critic",
                  "message_field_training",
                  "train"))
          .read(new ObjectMapper().readTree(row));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(row, e);
    }
  }

  private static String shown(CorpusReader.Accepted accepted) {
    return ((Conversation) accepted.document())
        .messages().stream()
            .map(message -> (message.role() + " " + message.content()).strip())
            .collect(Collectors.joining(", "));
  }

  @Test
  void strictTakesWhatCanFollow() throws RefusedRecord {
    for (String turns :
        List.of(
            "user a, assistant b",
            "system s, user a, assistant b, user c, assistant d",
            "system, user a, assistant b",
            "user a, assistant call, tool x, tool, assistant b",
            "user a, assistant call, tool x, user b, assistant c",
            "critic x, assistant a, critic y, critic z, assistant b",
            "user a, assistant b, user c",
            "user a",
            "user a, assistant b, critic c")) {
      CorpusReader.Accepted accepted = read("strict", turns);
      assertEquals(turns, shown(accepted));
      assertEquals(List.of(), accepted.repairs());
    }
  }

  @Test
  void strictRefusesRepairMendsAndOffTakesAll() throws RefusedRecord {
    String[][] cases = {
      {"user a, assistant", "empty_turn", "*empty_conversation"},
      {"user a, assistant b, user, assistant c", "empty_turn", "user a, assistant b\\n\\nc"},
      {"user a, system s, assistant b", "system_not_first", "system s, user a, assistant b"},
      {
        "system s, system t, user a, assistant b",
        "system_not_first",
        "system s\\n\\nt, user a, assistant b"
      },
      {"assistant a, user b, assistant c", "role_order", "user b, assistant c"},
      {"system s, assistant a, user b, assistant c", "role_order", "system s, user b, assistant c"},
      {"user a, user b, assistant c", "role_order", "user a\\n\\nb, assistant c"},
      {"user a, assistant b, assistant c", "role_order", "user a, assistant b\\n\\nc"},
      {"user a, tool x, assistant b", "tool_without_call", "user a, assistant b"},
      {"tool x, user a, assistant b", "tool_without_call", "user a, assistant b"},
      {"assistant a", "role_order", "*empty_conversation"},
    };
    for (String[] one : cases) {
      RefusedRecord refused =
          assertThrows(RefusedRecord.class, () -> read("strict", one[0]), one[0]);
      assertEquals(one[1], refused.reason(), one[0]);
      assertTrue(refused.getMessage().contains("validation: repair"), refused.getMessage());
      if (one[2].startsWith("*")) {
        RefusedRecord beyond =
            assertThrows(RefusedRecord.class, () -> read("repair", one[0]), one[0]);
        assertEquals(one[2].substring(1), beyond.reason(), one[0]);
      } else {
        CorpusReader.Accepted repaired = read("repair", one[0]);
        assertEquals(one[2].replace("\\n", "\n"), shown(repaired), one[0]);
        assertTrue(repaired.repairs().contains(one[1]), one[0] + ": " + repaired.repairs());
      }
      assertEquals(one[0].strip(), shown(read("off", one[0])).strip());
    }
  }

  @Test
  void aRepairDropsAQuestionWithoutAnAnswer() throws RefusedRecord {
    for (String turns : List.of("user a, assistant b, user c", "user a, assistant b, tool c")) {
      CorpusReader.Accepted repaired = read("repair", turns);
      assertEquals("user a, assistant b", shown(repaired));
      assertEquals(List.of("last_turn_not_answer"), repaired.repairs());
    }
    RefusedRecord nothing = assertThrows(RefusedRecord.class, () -> read("repair", "user a"));
    assertEquals("empty_conversation", nothing.reason());
  }

  @Test
  void everyRepairIsCounted() throws RefusedRecord {
    assertEquals(
        List.of("role_order", "empty_turn", "role_order", "last_turn_not_answer"),
        read("repair", "assistant x, user a, user, user b, assistant c, user d").repairs());
  }

  @Test
  void aResultNeedsTheCallOfItsId() throws RefusedRecord {
    String row =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"name\":\"f\"}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"%s\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"b\"}]}";
    readJson("strict", row.formatted("1"));
    readJson("strict", row.formatted("2").replace("\"id\":\"1\",", ""));
    RefusedRecord refused =
        assertThrows(RefusedRecord.class, () -> readJson("strict", row.formatted("2")));
    assertEquals("tool_without_call", refused.reason());
  }

  @Test
  void aLastQuestionMayBeTrained() throws RefusedRecord {
    readJson("repair", "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"train\":true}]}");
  }

  @Test
  void turnsOfDifferentWeightAreNotJoined() {
    RefusedRecord refused =
        assertThrows(
            RefusedRecord.class,
            () ->
                readJson(
                    "repair",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\",\"train\":false},{\"role\":\"assistant\",\"content\":\"c\"}]}"));
    assertEquals("role_order", refused.reason());
  }
}
