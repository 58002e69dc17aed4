package dev.hone.formats.corpus;

import static dev.hone.formats.corpus.Refusals.assertRefused;
import static dev.hone.formats.corpus.Refusals.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TextAndTokenFormatsTest {

  @Test
  void everyFormatIsFoundByItsName() {
    for (String name : CorpusFormats.names()) {
      assertTrue(CorpusFormats.named(name).orElseThrow().types().contains(name), name);
    }
    assertTrue(
        CorpusFormats.names().containsAll(Set.of("", "alpaca", "chat_template", "sharegpt")));
    assertTrue(CorpusFormats.named("sharegptt").isEmpty());
  }

  @Test
  void completionIsTextOrPromptAndText() throws RefusedRecord {
    assertEquals(Completion.of(" a\n"), read("completion", "{\"text\":\" a\\n\"}"));
    assertEquals(
        Completion.of("a"), read("completion", "{\"body\":\"a\"}", Map.of("field", "body")));
    assertEquals(
        Completion.of("Q: ", "A"),
        read(
            "completion",
            "{\"prompt\":\"Q: \",\"response\":\"A\"}",
            Map.of("field_instruction", "prompt", "field_output", "response")));
    assertRefused("completion", "{\"text\":\"\"}", "empty_text", "'text'");
    assertRefused("completion", "{\"body\":\"a\"}", "missing_field", "'text'", "has body");
  }

  @Test
  void segmentsAreJoinedAsTheyStand() throws RefusedRecord {
    assertEquals(
        new Completion(List.of(Segment.of("Q ", 0), Segment.of("A", 1)), false),
        read(
            "input_output",
            "{\"segments\":[{\"label\":false,\"text\":\"Q \"},{\"label\":true,\"text\":\"A\"},{\"label\":true,\"text\":\"\"}]}"));
    assertRefused("input_output", "{\"segments\":[]}", "empty_text", "'segments'");
    assertRefused(
        "input_output", "{\"segments\":[{\"text\":\"a\"}]}", "wrong_type", "segments[0].label");
    assertRefused("input_output", "{\"text\":\"a\"}", "missing_field", "'segments'");
  }

  @Test
  void promptAndCompletionAreTextsOrTurns() throws RefusedRecord {
    assertEquals(
        Completion.of("2+2=", "4"),
        read("prompt_completion", "{\"prompt\":\"2+2=\",\"completion\":\"4\"}"));
    Conversation chat =
        new Conversation(
            List.of(
                Message.of("user", "2+2?").withWeight(0),
                Message.of("assistant", "4").withWeight(1)),
            Optional.of("[{\"name\":\"f\"}]"),
            Optional.of("{\"enable_thinking\":false}"));
    String beside =
        ",\"tools\":\"[{\\\"name\\\": \\\"f\\\"}]\",\"chat_template_kwargs\":{\"enable_thinking\":false}}";
    assertEquals(
        chat,
        read(
            "prompt_completion",
            "{\"prompt\":[{\"role\":\"user\",\"content\":\"2+2?\"}],\"completion\":[{\"role\":\"assistant\",\"content\":\"4\"}]"
                + beside));
    assertRefused("prompt_completion", "{\"completion\":\"4\"}", "missing_field", "'prompt'");
    assertRefused("prompt_completion", "{\"prompt\":\"4\"}", "missing_field", "'completion'");
  }

  @Test
  void languageModelingIsTextOrMessages() throws RefusedRecord {
    assertEquals(Completion.of("a"), read("language_modeling", "{\"text\":\"a\"}"));
    assertEquals(
        new Conversation(List.of(Message.of("user", "a"), Message.of("assistant", "b"))),
        read(
            "language_modeling",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]}"));
  }

  @Test
  void preTokenizedRowsAreTakenAsTheyAre() throws RefusedRecord {
    Pretokenized expected = new Pretokenized(new int[] {5, 6, 7}, new int[] {-100, 6, 7});
    assertEquals(expected, read("", "{\"input_ids\":[5,6,7],\"labels\":[-100,6,7]}"));
    assertEquals(
        expected,
        read(
            "",
            "{\"input_ids\":[0,5,6,7,0],\"labels\":[-100,-100,6,7,-100],\"attention_mask\":[0,1,1,1,0]}"));
    assertEquals(
        expected,
        read("", "{\"input_ids\":[5,6,7],\"labels\":[-100,6,7],\"attention_mask\":null}"));
  }

  @Test
  void refusesWhatIsNotPreTokenized() {
    assertRefused("", "{\"input_ids\":[5]}", "missing_field", "'labels'");
    assertRefused("", "{\"text\":\"a\"}", "missing_field", "'input_ids'", "has text");
    assertRefused("", "{\"input_ids\":[],\"labels\":[]}", "empty_text", "'input_ids'");
    assertRefused(
        "", "{\"input_ids\":[5,6],\"labels\":[5]}", "length_mismatch", "labels has 1", "2");
    assertRefused(
        "", "{\"input_ids\":[5,6],\"labels\":[6,-100]}", "label_mismatch", "labels[0] is 6", "5");
    assertRefused(
        "", "{\"input_ids\":[5,-1],\"labels\":[5,-1]}", "invalid_token_id", "input_ids[1] is -1");
    assertRefused(
        "", "{\"input_ids\":[5,1.5],\"labels\":[5,6]}", "wrong_type", "input_ids[1]", "1.5");
    assertRefused("", "{\"input_ids\":[5000000000],\"labels\":[-100]}", "wrong_type", "32 bits");
    assertRefused("", "{\"input_ids\":\"5\",\"labels\":[5]}", "wrong_type", "'input_ids'");
    assertRefused(
        "",
        "{\"input_ids\":[5,6,7],\"labels\":[5,6,7],\"attention_mask\":[1,0,1]}",
        "invalid_attention_mask",
        "attention_mask[1] is 0");
    assertRefused(
        "", "{\"input_ids\":[5],\"labels\":[5],\"attention_mask\":[0]}", "empty_text", "no 1");
    assertRefused(
        "", "{\"input_ids\":[5],\"labels\":[5],\"attention_mask\":[1,1]}", "length_mismatch");
  }

  @Test
  void aFieldThatIsNullIsSaidToBe() {
    assertRefused("completion", "{\"text\":null}", "missing_field", "field 'text' is null,");
    assertRefused("completion", "{\"txt\":\"a\"}", "missing_field", "field 'text' is missing,");
  }
}
