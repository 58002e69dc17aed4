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
import java.util.OptionalDouble;
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
    examples.put(Completion.of("Q: ", "A"), "{\"prompt\":\"Q: \",\"text\":\"A\"}");
    examples.put(
        new Pretokenized(new int[] {5, 6}, new int[] {-100, 6}),
        "{\"input_ids\":[5,6],\"labels\":[-100,6]}");
    examples.put(Completion.of("A"), "{\"text\":\"A\"}");
    examples.put(
        new Completion(List.of(Segment.of("Q: ", 0), Segment.of("", 1), Segment.of("A", 1)), false),
        "{\"segments\":[{\"text\":\"Q: \",\"weight\":0},{\"text\":\"A\",\"weight\":1}],\"closed\":false}");
    examples.put(
        new Preference(Completion.of("A"), Completion.of("B"), OptionalDouble.of(1.5)),
        "{\"chosen\":{\"text\":\"A\"},\"rejected\":{\"text\":\"B\"},\"margin\":1.5}");
    examples.put(
        new Unpaired(new Conversation(List.of(Message.of("user", "A"))), false),
        "{\"completion\":{\"messages\":[{\"role\":\"user\",\"content\":\"A\"}]},\"label\":false}");
    Message everything =
        Message.of("tool", "\u2028 \"é😀")
            .withReasoning("why")
            .withToolCalls("[]")
            .withProperties(Map.of("tool_call_id", "\"1\"", "name", "\"f\""))
            .withWeight(0.1f)
            .withWeighted(
                List.of(
                    new Weighted(Weighted.Field.CONTENT, 0, 1, 0),
                    new Weighted(Weighted.Field.REASONING, 0, 3, 2.5f)));
    examples.put(
        new Conversation(List.of(everything), Optional.of("[]"), Optional.of("{}")),
        "{\"messages\":[{\"role\":\"tool\",\"content\":\"\u2028 \\\"é😀\",\"reasoning\":\"why\",\"tool_calls\":\"[]\","
            + "\"properties\":{\"name\":\"\\\"f\\\"\",\"tool_call_id\":\"\\\"1\\\"\"},\"weight\":0.1,"
            + "\"weighted\":[{\"field\":\"content\",\"start\":0,\"end\":1,\"weight\":0},"
            + "{\"field\":\"reasoning\",\"start\":0,\"end\":3,\"weight\":2.5}]}],"
            + "\"tools\":\"[]\",\"chat_template_kwargs\":\"{}\"}");
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
        ContentHash.of(Completion.of("A")));
    String plain = "{\"instruction\":\"Add.\",\"output\":\"4\"}";
    String shuffled = "{\"output\":\"4\",\"id\":7,\"input\":null,\"instruction\":\"Add.\"}";
    assertEquals(
        ContentHash.of(Refusals.read("alpaca", plain)),
        ContentHash.of(Refusals.read("alpaca", shuffled)));
    assertNotEquals(ContentHash.of(Completion.of("a", "b")), ContentHash.of(Completion.of("ab")));
  }

  @Test
  void recordsOfEarlierVersionsAreRead() {
    assertEquals(
        new Conversation(
            List.of(Message.of("user", "a").withWeight(1), Message.of("user", "b").withWeight(0))),
        DocumentJson.read(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"train\":true},{\"role\":\"user\",\"content\":\"b\",\"train\":false}]}",
            "conversation"));
  }

  @Test
  void oneCharacterHasOneWeight() {
    Message message = Message.of("user", "abc");
    Weighted first = new Weighted(Weighted.Field.CONTENT, 0, 2, 1);
    Weighted overlap = new Weighted(Weighted.Field.CONTENT, 1, 3, 1);
    Weighted outside = new Weighted(Weighted.Field.CONTENT, 2, 4, 1);
    Weighted absent = new Weighted(Weighted.Field.REASONING, 0, 1, 1);
    for (List<Weighted> wrong :
        List.of(
            List.of(first, overlap), List.of(outside), List.of(absent), List.of(overlap, first))) {
      assertThrows(IllegalArgumentException.class, () -> message.withWeighted(wrong));
    }
    for (float wrong : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> message.withWeight(wrong));
    }
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
