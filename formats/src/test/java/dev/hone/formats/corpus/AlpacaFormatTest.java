package dev.hone.formats.corpus;

import static dev.hone.formats.corpus.Refusals.assertRefused;
import static dev.hone.formats.corpus.Refusals.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AlpacaFormatTest {

  @Test
  void keepsInstructionAndInputApart() throws RefusedRecord {
    Conversation conversation =
        (Conversation)
            read(
                "alpaca",
                "{'instruction':'Add.\\nFast.','input':'2\\n2','output':'4'}".replace('\'', '"'));
    Message user = conversation.messages().get(0);
    assertEquals("Add.\nFast.\n2\n2", user.content());
    assertEquals("Add.\nFast.", user.instruction());
    assertEquals(Optional.of("2\n2"), user.input());
    assertEquals(Message.of("assistant", "4"), conversation.messages().get(1));
  }

  @Test
  void emptyAndNullOptionalFieldsAreAbsent() throws RefusedRecord {
    Document expected =
        new Conversation(List.of(Message.of("user", "Add."), Message.of("assistant", "4")));
    assertEquals(
        expected, read("alpaca", "{\"instruction\":\"Add.\",\"input\":\"\",\"output\":\"4\"}"));
    assertEquals(
        expected,
        read(
            "alpaca",
            "{\"instruction\":\"Add.\",\"input\":null,\"system\":null,\"output\":\"4\"}"));
    assertEquals(expected, read("alpaca", "{\"instruction\":\"Add.\",\"output\":\"4\"}"));
  }

  @Test
  void systemComesFirstAndFieldsCanBeRenamed() throws RefusedRecord {
    assertEquals(
        new Conversation(
            List.of(
                Message.of("system", "Short."),
                Message.of("user", "Add."),
                Message.of("assistant", "4"))),
        read(
            "alpaca",
            "{\"q\":\"Add.\",\"a\":\"4\",\"system\":\"Short.\"}",
            Map.of("field_instruction", "q", "field_output", "a")));
  }

  @Test
  void refusesWhatIsNotAnAlpacaRow() {
    assertRefused(
        "alpaca",
        "{\"instruction\":\"Add.\",\"response\":\"4\"}",
        "missing_field",
        "'output'",
        "instruction, response",
        "field_output");
    assertRefused(
        "alpaca", "{\"instruction\":\"Add.\",\"output\":null}", "missing_field", "'output'");
    assertRefused(
        "alpaca",
        "{\"instruction\":\"Add.\",\"output\":4}",
        "wrong_type",
        "'output'",
        "a number: 4",
        "a string");
    assertRefused(
        "alpaca", "{\"instruction\":\" \\n\",\"output\":\"4\"}", "empty_text", "'instruction'");
    assertRefused("alpaca", "[1]", "wrong_type", "the row is an array: [1]");
    assertRefused(
        "alpaca",
        "{\"instruction\":\"Add.\",\"input\":[2],\"output\":\"4\"}",
        "wrong_type",
        "'input'");
    assertRefused(
        "alpaca",
        "{\"instruction\":\"ab\\ud83d\",\"output\":\"4\"}",
        "invalid_unicode",
        "\\ud83d",
        "character 2");
  }
}
