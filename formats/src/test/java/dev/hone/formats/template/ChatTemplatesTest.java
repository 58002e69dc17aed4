package dev.hone.formats.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Weighted;
import dev.hone.formats.tokenizer.FakeTokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChatTemplatesTest {
  private static final FakeTokenizer TOKENIZER =
      FakeTokenizer.withTemplate("{{ messages[0].content }}");

  private static Conversation chat(Message... messages) {
    return new Conversation(List.of(messages));
  }

  private static String text(String template, Conversation chat, boolean prompt)
      throws RefusedRecord {
    return ChatTemplates.resolve(template, TOKENIZER).render(chat, prompt).text();
  }

  @Test
  void alpacaIsAxolotlsPrompt() throws RefusedRecord {
    assertEquals(
        "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
            + "### Instruction:\nName a prime.\n\n### Response:\n7</s>",
        text(
            "alpaca",
            chat(Message.of("user", "Name a prime."), Message.of("assistant", "7")),
            false));
    Message add = Message.instruction("Add.", "2\n2");
    String prompt =
        """
        Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.

        ### Instruction:
        Add.

        ### Input:
        2
        2

        ### Response:
        """;
    assertEquals(prompt + "4</s>", text("alpaca", chat(add, Message.of("assistant", "4")), false));
    assertEquals(prompt, text("alpaca", chat(add), true));
    assertEquals(
        """
        Be brief.

        ### Instruction:
        A

        ### Response:
        B</s>

        ### Instruction:
        C

        ### Response:
        """,
        text(
            "alpaca",
            chat(
                Message.of("system", "Be brief."),
                Message.of("user", "A"),
                Message.of("assistant", "B"),
                Message.of("user", "C")),
            true));
  }

  @Test
  void alpacaRefusesTurnsItHasNoPlaceFor() {
    for (Conversation chat :
        List.of(
            chat(Message.of("assistant", "a")),
            chat(Message.of("user", "a"), Message.of("user", "b")),
            chat(Message.of("user", "a"), Message.of("tool", "b")),
            chat(Message.of("user", "a"), Message.of("system", "b")))) {
      RefusedRecord refused = assertThrows(RefusedRecord.class, () -> text("alpaca", chat, false));
      assertEquals("template_refused", refused.reason());
      assertTrue(refused.getMessage().contains("alpaca prompt has a place for"));
    }
  }

  @Test
  void aGenerationPromptIsWhatOpensAnAnswer() {
    Conversation any = chat(Message.of("user", "Hi"));
    for (Map.Entry<String, String> expected :
        Map.of(
                "chatml", "<|im_start|>assistant\n",
                "llama3", "<|start_header_id|>assistant<|end_header_id|>\n\n",
                "mistral", "",
                "gemma", "<start_of_turn>model\n",
                "alpaca", "\n\n### Response:\n",
                "phi_4", "<|im_start|>assistant<|im_sep|>")
            .entrySet()) {
      assertEquals(
          expected.getValue(),
          ChatTemplates.resolve(expected.getKey(), TOKENIZER).opening(any).generationPrompt(),
          expected.getKey());
    }
    Conversation settled =
        new Conversation(
            any.messages(), Optional.empty(), Optional.of("{\"enable_thinking\":false}"));
    ChatTemplate qwen = ChatTemplates.resolve("qwen3", TOKENIZER);
    assertEquals("<|im_start|>assistant\n", qwen.opening(any).generationPrompt());
    assertEquals(
        "<|im_start|>assistant\n<think>\n\n</think>\n\n", qwen.opening(settled).generationPrompt());
  }

  @Test
  void variablesOfARowGoBeforeThoseOfTheConfiguration() throws RefusedRecord {
    ChatTemplate template =
        ChatTemplates.resolve(
            new TemplateChoice("{{ a }} {{ b }} {{ messages[0].content }}", "{\"a\":1,\"b\":2}"),
            TOKENIZER);
    Conversation plain = chat(Message.of("user", "Hi"));
    Conversation own =
        new Conversation(plain.messages(), Optional.of("[]"), Optional.of("{\"b\":[3]}"));
    assertEquals("1 2 Hi", template.render(plain, false).text());
    assertEquals("1 [3] Hi", template.render(own, false).text());
    assertNotEquals(
        ChatTemplates.resolve("qwen3", TOKENIZER).fingerprint(),
        ChatTemplates.resolve(new TemplateChoice("qwen3", "{\"enable_thinking\":false}"), TOKENIZER)
            .fingerprint());
  }

  @Test
  void everyBuiltInTemplateSaysWhatItsMessagesSay() throws RefusedRecord {
    Conversation chat = chat(Message.of("user", "question"), Message.of("assistant", "answer"));
    for (String name : ChatTemplates.names()) {
      if (!name.equals("tokenizer_default")) {
        Rendered rendered = ChatTemplates.resolve(name, TOKENIZER).render(chat, false);
        assertEquals("question", said(rendered, 0), name);
        assertEquals("answer", said(rendered, 1), name);
      }
    }
  }

  private static String said(Rendered rendered, int message) {
    StringBuilder said = new StringBuilder();
    int start = 0;
    for (Rendered.Run run : rendered.runs()) {
      if (run.part() == Rendered.Part.MESSAGE && run.message() == message) {
        said.append(rendered.text(), start, run.end());
      }
      start = run.end();
    }
    return said.toString();
  }

  @Test
  void piecesKeepTheirWeightsThroughTheTemplate() throws RefusedRecord {
    Message answer =
        Message.of("assistant", " one two ")
            .withReasoning("hm!")
            .withWeighted(
                List.of(
                    new Weighted(Weighted.Field.CONTENT, 4, 8, 0.5f),
                    new Weighted(Weighted.Field.REASONING, 0, 2, 0)));
    Rendered rendered =
        ChatTemplates.resolve(
                "{{ messages[0].reasoning_content | upper }}|{{ messages[0].content | trim }}",
                TOKENIZER)
            .render(chat(answer), false);
    assertEquals("HM!|one two", rendered.text());
    int[] start = {0};
    assertEquals(
        "HM 0.0,! NaN,| NaN,one NaN, two 0.5",
        rendered.runs().stream()
            .map(
                run -> {
                  String piece = rendered.text().substring(start[0], run.end());
                  start[0] = run.end();
                  return piece + " " + run.weight();
                })
            .collect(Collectors.joining(",")));
  }

  @Test
  void aTemplateIsTheTokenizersABuiltInOneOrWritten() throws RefusedRecord {
    Conversation hi = chat(Message.of("user", "Hi"));
    assertEquals("Hi", text("tokenizer_default", hi, false));
    assertEquals("Hi", text("tokenizer_default_fallback_chatml", hi, false));
    assertEquals("1", text("{{ messages | length }}", hi, false));
    FakeTokenizer bare = FakeTokenizer.withoutFiles();
    assertEquals(
        "<|im_start|>user\nHi<|im_end|>\n",
        ChatTemplates.resolve("tokenizer_default_fallback_chatml", bare).render(hi, false).text());
    FakeTokenizer two =
        new FakeTokenizer(
            Map.of("default", "D", "tool_use", "T{{ tools[0].name }}"), Map.of(), new int[0]);
    ChatTemplate chosen = ChatTemplates.resolve("tokenizer_default", two);
    assertEquals("D", chosen.render(hi, false).text());
    assertEquals(
        "Tadd",
        chosen
            .render(
                new Conversation(
                    hi.messages(), Optional.of("[{\"name\":\"add\"}]"), Optional.empty()),
                false)
            .text());
  }

  @Test
  void whatCannotBeUsedIsOneLine() {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "llama9",
                    "chat_template: llama9 is not known; known are tokenizer_default, alpaca,",
                "{% for", "chat_template: the template of the configuration is wrong in line 1:",
                "tokenizer_default", "the tokenizer has none",
                "alpaca", "add \"eos_token\" to its tokenizer_config.json")
            .entrySet()) {
      HoneException thrown =
          assertThrows(
              HoneException.class,
              () -> ChatTemplates.resolve(wrong.getKey(), FakeTokenizer.withoutFiles()));
      assertTrue(thrown.getMessage().contains(wrong.getValue()), thrown.getMessage());
      assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    }
    assertTrue(ChatTemplates.known("tokenizer_default_fallback_gemma"));
    assertFalse(ChatTemplates.known("tokenizer_default_fallback_nothing"));
  }

  @Test
  void whatATemplateLeavesOutIsNamed() throws RefusedRecord {
    Conversation chat =
        chat(
            Message.of("system", "S"),
            Message.of("user", " \n"),
            Message.of("assistant", "A").withReasoning("R").withToolCalls("[{\"id\":\"1\"}]"));
    assertEquals(
        List.of("the content of message 0 (system)", "the tool_calls of message 2 (assistant)"),
        ChatTemplates.resolve("{{ messages[2].content }}", TOKENIZER)
            .render(chat, false)
            .leftOut());
    assertEquals(
        List.of(),
        ChatTemplates.resolve("{{ messages }}", TOKENIZER).render(chat, false).leftOut());
  }

  @Test
  void aRefusalSpeaksTheTemplatesWords() {
    RefusedRecord refused =
        assertThrows(
            RefusedRecord.class,
            () ->
                text(
                    "{{ raise_exception('no ' ~ messages[0].role) }}",
                    chat(Message.of("user", "a")),
                    false));
    assertTrue(refused.getMessage().contains("no user"), refused.getMessage());
  }

  @Test
  void fingerprintsTellTemplatesApart() {
    assertEquals(
        4,
        Stream.of(
                ChatTemplates.resolve("chatml", TOKENIZER),
                ChatTemplates.resolve("gemma", TOKENIZER),
                ChatTemplates.resolve("chatml", FakeTokenizer.withPrefix()),
                ChatTemplates.resolve("tokenizer_default", TOKENIZER))
            .map(ChatTemplate::fingerprint)
            .distinct()
            .count());
  }
}
