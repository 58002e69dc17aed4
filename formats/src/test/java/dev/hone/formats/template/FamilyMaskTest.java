package dev.hone.formats.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.corpus.Weighted;
import dev.hone.formats.tokenizer.DjlTokenizer;
import dev.hone.formats.tokenizer.MaskRules;
import dev.hone.formats.tokenizer.Sample;
import dev.hone.formats.tokenizer.SampleEncoder;
import dev.hone.formats.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is trained of one conversation, end to end by a real byte-level tokenizer that has the marks
 * of every family: the trained text stands in brackets.
 */
@Tag("unit")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FamilyMaskTest {
  private static final Path FILES = Path.of("src/test/resources/tokenizer");
  private static final List<String> MARKS =
      List.of(
          "<s>",
          "</s>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eot_id|>",
          "[INST]",
          "[/INST]",
          "<start_of_turn>",
          "<end_of_turn>",
          "<|user|>",
          "<|assistant|>",
          "<|end|>");

  private static final Conversation CHAT =
      new Conversation(
          List.of(
              Message.of("system", "Be kind."),
              Message.of("user", "Hi <|im_end|>!"),
              Message.of("assistant", "Hello."),
              Message.of("user", "2+2?"),
              Message.of("assistant", "It is 4.")));
  private static final Conversation NO_SYSTEM =
      new Conversation(CHAT.messages().subList(1, CHAT.messages().size()));

  private Tokenizer tokenizer;

  @BeforeAll
  void addMarks(@TempDir Path directory) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(FILES.resolve("tokenizer.json").toFile());
    int id = 512;
    for (String mark : MARKS) {
      json.withArray("added_tokens")
          .addObject()
          .put("id", id++)
          .put("content", mark)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    mapper.writeValue(directory.resolve("tokenizer.json").toFile(), json);
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
    tokenizer = DjlTokenizer.open(directory);
  }

  private String masked(String template, Conversation chat) throws RefusedRecord {
    Sample sample =
        new SampleEncoder(
                tokenizer, ChatTemplates.resolve(template, tokenizer), MaskRules.defaults())
            .encode(chat);
    assertEquals(0, sample.untrainedEnds());
    StringBuilder text = new StringBuilder();
    boolean trained = false;
    for (int t = 0; t < sample.ids().length; t++) {
      if (trained != sample.weights()[t] > 0) {
        text.append(trained ? "⟧" : "⟦");
        trained = !trained;
      }
      text.append(tokenizer.decode(new int[] {sample.ids()[t]}, false));
    }
    return text + (trained ? "⟧" : "");
  }

  @Test
  void smolLm2() throws RefusedRecord {
    assertEquals(
        """
        <|im_start|>system
        Be kind.<|im_end|>
        <|im_start|>user
        Hi <|im_end|>!<|im_end|>
        <|im_start|>assistant
        ⟦Hello.<|im_end|>⟧
        <|im_start|>user
        2+2?<|im_end|>
        <|im_start|>assistant
        ⟦It is 4.<|im_end|>⟧
        """,
        masked("chatml", CHAT));
  }

  @Test
  void llama3() throws RefusedRecord {
    assertEquals(
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|>"
            + "<|start_header_id|>user<|end_header_id|>\n\nHi <|im_end|>!<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n⟦Hello.<|eot_id|>⟧"
            + "<|start_header_id|>user<|end_header_id|>\n\n2+2?<|eot_id|>"
            + "<|start_header_id|>assistant<|end_header_id|>\n\n⟦It is 4.<|eot_id|>⟧",
        masked("llama3", CHAT));
  }

  /** The system message stands before the last question. */
  @Test
  void mistral() throws RefusedRecord {
    // The space before an answer is one token with its first word, and is trained with it.
    assertEquals(
        "<s>[INST] Hi <|im_end|>![/INST]⟦ Hello.</s>⟧[INST] Be kind.\n\n2+2?[/INST]⟦ It is 4.</s>⟧",
        masked("mistral", CHAT));
  }

  @Test
  void gemma() throws RefusedRecord {
    String turns =
        """
        Hi <|im_end|>!<end_of_turn>
        <start_of_turn>model
        ⟦Hello.<end_of_turn>⟧
        <start_of_turn>user
        2+2?<end_of_turn>
        <start_of_turn>model
        ⟦It is 4.<end_of_turn>⟧
        """;
    assertEquals("<s><start_of_turn>user\n" + turns, masked("gemma", NO_SYSTEM));
    assertEquals("<s><start_of_turn>user\nBe kind.\n\n" + turns, masked("gemma3", CHAT));
  }

  @Test
  void qwen3WithReasoningAndTools() throws RefusedRecord {
    Conversation chat =
        new Conversation(
            List.of(
                Message.of("user", "Rain?"),
                Message.of("assistant", "Let me look.")
                    .withReasoning("Need the weather.")
                    .withToolCalls(
                        "[{\"type\":\"function\",\"function\":{\"name\":\"rain\",\"arguments\":{\"city\":\"Ulm\",\"days\":2}}}]"),
                Message.of("tool", "no"),
                Message.of("assistant", "It stays dry.")),
            Optional.of("[{\"type\":\"function\",\"function\":{\"name\":\"rain\"}}]"),
            Optional.empty());
    String text = masked("qwen3", chat);
    assertEquals(
        """
        <|im_start|>user
        Rain?<|im_end|>
        <|im_start|>assistant
        ⟦<think>
        Need the weather.
        </think>

        Let me look.
        <tool_call>
        {"name": "rain", "arguments": {"city": "Ulm", "days": 2}}
        </tool_call><|im_end|>⟧
        <|im_start|>user
        <tool_response>
        no
        </tool_response><|im_end|>
        <|im_start|>assistant
        ⟦<think>

        </think>

        It stays dry.<|im_end|>⟧
        """,
        text.substring(text.indexOf("<|im_start|>user")));
  }

  @Test
  void weightsOfPiecesReachTheirTokens() throws RefusedRecord {
    Conversation chat =
        new Conversation(
            List.of(Message.of("user", "Hi"), Message.of("assistant", "Hello.").withWeight(0.5f)));
    Sample sample =
        new SampleEncoder(
                tokenizer, ChatTemplates.resolve("chatml", tokenizer), MaskRules.defaults())
            .encode(chat);
    for (float weight : sample.weights()) {
      assertEquals(weight == 0 ? 0 : 0.5f, weight);
    }
  }

  @Test
  void aWeightOfAWholeAnswerReachesIt() throws RefusedRecord {
    Message answer =
        Message.of("assistant", "Hello.")
            .withWeighted(List.of(new Weighted(Weighted.Field.CONTENT, 0, 6, 0)));
    assertEquals(
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.⟦<|im_end|>⟧\n",
        masked("chatml", new Conversation(List.of(Message.of("user", "Hi"), answer))));
  }

  /** A header is never trained; marks that only such answers have are. */
  @Test
  void marksOfTemplatesWithoutAGenerationPrompt() throws RefusedRecord {
    Conversation chat =
        new Conversation(
            List.of(
                Message.of("user", "Rain?"),
                Message.of("assistant", "")
                    .withToolCalls(
                        "[{\"type\":\"function\",\"function\":{\"name\":\"rain\",\"arguments\":{}}}]"),
                Message.of("tool", "no"),
                Message.of("assistant", "It stays dry.").withReasoning("No rain.")));
    assertEquals(
        "[INST]Rain?[/INST]⟦[CALL]rain</s>⟧[RESULT]no⟦[THINK]No rain.[/THINK]It stays dry.</s>⟧",
        masked(
            "{% for m in messages %}{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]"
                + "{% elif m.role == 'tool' %}[RESULT]{{ m.content }}"
                + "{% elif m.tool_calls %}[CALL]{{ m.tool_calls[0].function.name }}</s>"
                + "{% else %}{% if m.reasoning_content %}[THINK]{{ m.reasoning_content }}[/THINK]{% endif %}"
                + "{{ m.content }}</s>{% endif %}{% endfor %}",
            chat));
    assertEquals(
        "<|user|>Rain?</s><|assistant|>⟦[CALL]rain</s>⟧<|tool|>no</s><|assistant|>⟦It stays dry.</s>⟧",
        masked(
            "{% for m in messages %}<|{{ m.role }}|>{% if m.tool_calls %}[CALL]{{ m.tool_calls[0].function.name }}"
                + "{% else %}{{ m.content }}{% endif %}</s>{% endfor %}",
            chat));
  }

  /**
   * The same where messages are put together anew, so that nobody knows whose turn a mark is in.
   */
  @Test
  void marksOfTemplatesThatRebuildTheirMessages() throws RefusedRecord {
    String template =
        "{% set n = namespace(all=[]) %}{% for m in messages %}"
            + "{% set n.all = n.all + [{'role': m.role, 'text': m.content, 'why': m.reasoning_content}] %}"
            + "{% endfor %}{% for m in n.all %}{% if m.role == 'user' %}[INST]{{ m.text }}[/INST]{% else %}"
            + "{% if m.why %}[THINK]{{ m.why }}[/THINK]{% endif %}{{ m.text }}</s>{% endif %}{% endfor %}";
    assertEquals(
        "[INST]Rain?[/INST]⟦[THINK]No.[/THINK]Dry.</s>⟧[INST]Sun?[/INST]⟦Yes.</s>⟧",
        masked(
            template,
            new Conversation(
                List.of(
                    Message.of("user", "Rain?"),
                    Message.of("assistant", "Dry.").withReasoning("No."),
                    Message.of("user", "Sun?"),
                    Message.of("assistant", "Yes.")))));
  }

  /**
   * Nothing ends these turns: closing marks belong to a call, and an end in plain text to nobody.
   */
  @Test
  void marksThatCloseACall() throws RefusedRecord {
    Conversation chat =
        new Conversation(
            List.of(
                Message.of("user", "Rain?"),
                Message.of("assistant", "")
                    .withToolCalls(
                        "[{\"type\":\"function\",\"function\":{\"name\":\"rain\",\"arguments\":{}}}]"),
                Message.of("tool", "no"),
                Message.of("assistant", "Dry.")));
    Sample sample =
        new SampleEncoder(
                tokenizer,
                ChatTemplates.resolve(
                    "{% for m in messages %}<|{{ m.role }}|>{% for c in m.tool_calls or [] %}(call {{ c.function.name }})\n{% endfor %}"
                        + "{{ m.content }}{% if m.role == 'assistant' and not m.tool_calls %}(end){% endif %}{% endfor %}",
                    tokenizer),
                MaskRules.defaults())
            .encode(chat);
    StringBuilder trained = new StringBuilder();
    for (int t = 0; t < sample.ids().length; t++) {
      trained.append(
          sample.weights()[t] > 0 ? tokenizer.decode(new int[] {sample.ids()[t]}, false) : ".");
    }
    assertEquals(".(call rain).Dry.", trained.toString().replaceAll("\\.+", "."));
    assertEquals(2, sample.untrainedEnds());
  }

  @Test
  void aTurnOfNothingButReasoningIsNotLostInSilence() {
    Conversation chat =
        new Conversation(
            List.of(Message.of("user", "Hi"), Message.of("assistant", "").withReasoning("hm")));
    RefusedRecord refused = assertThrows(RefusedRecord.class, () -> masked("chatml", chat));
    assertEquals("left_out_by_template", refused.reason());
  }
}
