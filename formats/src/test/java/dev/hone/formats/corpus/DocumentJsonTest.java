package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.HoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DocumentJsonTest {

  /** The documents of the class comment, and one of everything. */
  private static Map<Document, String> examples() {
    Map<Document, String> examples = new LinkedHashMap<>();
    examples.put(
        new Conversation(List.of(Message.instruction("Add.", "2 2"), Message.of("assistant", "4"))),
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Add.\\n2 2\",\"input_start\":5},{\"role\":\"assistant\",\"content\":\"4\"}]}");
    examples.put(new Completion("Q: ", "A"), "{\"prompt\":\"Q: \",\"text\":\"A\"}");
    examples.put(
        new Pretokenized(new int[] {5, 6}, new int[] {-100, 6}),
        "{\"input_ids\":[5,6],\"labels\":[-100,6]}");
    examples.put(
        new Conversation(
            List.of(new Message("tool", "\u2028 \"é😀", Optional.of(false), OptionalInt.empty())),
            Optional.of("[]")),
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"\u2028 \\\"é😀\",\"train\":false}],\"tools\":\"[]\"}");
    examples.put(new Completion("", "A"), "{\"text\":\"A\"}");
    return examples;
  }

  @Test
  void writesOneSpellingAndReadsItBack() {
    examples()
        .forEach(
            (document, json) -> {
              assertEquals(json, DocumentJson.write(document));
              assertEquals(document, DocumentJson.read(json, document.kind()));
            });
  }

  @Test
  void hashIsOfTheNormalisedRecord() throws RefusedRecord {
    // printf '{"text":"A"}' | sha256sum
    assertEquals(
        "2cfc37924242451d7bed30b57f372d5403ef9ad4e5028d6c92311a8440bfc56d",
        ContentHash.of(new Completion("", "A")));
    String plain = "{\"instruction\":\"Add.\",\"output\":\"4\"}";
    String shuffled = "{\"output\":\"4\",\"id\":7,\"input\":null,\"instruction\":\"Add.\"}";
    assertEquals(
        ContentHash.of(Refusals.read("alpaca", plain)),
        ContentHash.of(Refusals.read("alpaca", shuffled)));
    assertNotEquals(
        ContentHash.of(new Completion("a", "b")), ContentHash.of(new Completion("", "ab")));
  }

  @Test
  void corruptRecordsAreOneLine() {
    for (String json : List.of("{", "{}", "{\"messages\":[{\"role\":\"user\"}]}", "{\"text\":5}")) {
      String kind = json.contains("text") ? "completion" : "conversation";
      HoneException problem =
          assertThrows(HoneException.class, () -> DocumentJson.read(json, kind), json);
      assertFalse(problem.getMessage().contains("\n"), problem.getMessage());
    }
    assertThrows(HoneException.class, () -> DocumentJson.read("{}", "image"));
  }
}
