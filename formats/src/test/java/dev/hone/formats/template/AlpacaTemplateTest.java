package dev.hone.formats.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AlpacaTemplateTest {
  private final AlpacaTemplate template = new AlpacaTemplate("</s>");

  private Rendered render(List<Message> messages, boolean prompt) throws RefusedRecord {
    return template.render(new Conversation(messages), prompt);
  }

  @Test
  void withoutInput() throws RefusedRecord {
    Rendered rendered =
        render(List.of(Message.of("user", "Name a prime."), Message.of("assistant", "7")), false);
    assertEquals(
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
            + "### Instruction:\nName a prime.\n\n### Response:\n7</s>",
        rendered.text());
  }

  @Test
  void withInput() throws RefusedRecord {
    assertEquals(
        "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n"
            + "### Instruction:\nAdd.\n\n### Input:\n2\n2\n\n### Response:\n4</s>",
        render(List.of(Message.instruction("Add.", "2\n2"), Message.of("assistant", "4")), false)
            .text());
  }

  @Test
  void systemTakesThePlaceOfTheFirstSentenceAndTurnsFollow() throws RefusedRecord {
    assertEquals(
        "Be brief.\n\n### Instruction:\nA\n\n### Response:\nB</s>\n\n### Instruction:\nC\n\n### Response:\n",
        render(
                List.of(
                    Message.of("system", "Be brief."),
                    Message.of("user", "A"),
                    Message.of("assistant", "B"),
                    Message.of("user", "C")),
                true)
            .text());
  }

  @Test
  void thePromptIsTheStartOfTheWhole() throws RefusedRecord {
    List<Message> messages =
        List.of(Message.instruction("Add.", "2 2"), Message.of("assistant", "4"));
    assertEquals(
        render(messages, false).text(), render(messages.subList(0, 1), true).text() + "4</s>");
  }

  @Test
  void refusesTurnsItHasNoPlaceFor() {
    for (List<Message> messages :
        List.of(
            List.of(Message.of("assistant", "a")),
            List.of(Message.of("user", "a"), Message.of("user", "b")),
            List.of(Message.of("user", "a"), Message.of("tool", "b")),
            List.of(Message.of("user", "a"), Message.of("system", "b")))) {
      RefusedRecord refused = assertThrows(RefusedRecord.class, () -> render(messages, false));
      assertEquals("template_refused", refused.reason());
    }
  }
}
