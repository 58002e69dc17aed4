package dev.hone.formats.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.corpus.Conversation;
import dev.hone.formats.corpus.Message;
import dev.hone.formats.corpus.RefusedRecord;
import dev.hone.formats.tokenizer.FakeTokenizer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChatTemplatesTest {
  private static final String CHATML =
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
  private static final String WITH_DEFAULT =
      "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nBe kind.<|im_end|>\\n' }}{% endif %}"
          + "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private static final Conversation HELLO =
      new Conversation(List.of(Message.of("user", "Hi"), Message.of("assistant", "Hello.")));
  private static final Conversation CHAT =
      new Conversation(
          List.of(
              Message.of("system", "Be brief."),
              Message.of("user", " two\n\nlines "),
              Message.of("assistant", "ok"),
              Message.of("user", "😀?")));
  private static final Conversation TOOLS =
      new Conversation(
          List.of(
              Message.of("user", "call"),
              Message.of("assistant", "{\"name\": \"f\"}"),
              Message.of("tool", ""),
              Message.of("system", "late")));

  private static ChatTemplate ofTokenizer(String jinja) {
    return ChatTemplates.resolve("tokenizer_default", FakeTokenizer.withTemplate(jinja));
  }

  /** Expected texts: apply_chat_template of Transformers 5.x on the same Jinja. */
  @Test
  void rendersWhatTransformersRenders() throws RefusedRecord {
    ChatTemplate plain = ofTokenizer(CHATML);
    ChatTemplate kind = ofTokenizer(WITH_DEFAULT);
    String hello = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n";
    String chat =
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n two\n\nlines <|im_end|>\n<|im_start|>assistant\nok<|im_end|>\n<|im_start|>user\n😀?<|im_end|>\n";
    String tools =
        "<|im_start|>user\ncall<|im_end|>\n<|im_start|>assistant\n{\"name\": \"f\"}<|im_end|>\n<|im_start|>tool\n<|im_end|>\n<|im_start|>system\nlate<|im_end|>\n";
    String kindly = "<|im_start|>system\nBe kind.<|im_end|>\n";
    assertEquals(hello, plain.render(HELLO, false).text());
    assertEquals(chat, plain.render(CHAT, false).text());
    assertEquals(tools, plain.render(TOOLS, false).text());
    assertEquals(chat + "<|im_start|>assistant\n", plain.render(CHAT, true).text());
    assertEquals(kindly + hello, kind.render(HELLO, false).text());
    assertEquals(chat, kind.render(CHAT, false).text());
    assertEquals(kindly + tools, kind.render(TOOLS, false).text());
    assertEquals(plain, ChatTemplates.resolve("chatml", FakeTokenizer.withTemplate("")));
  }

  @Test
  void recognisesChatMlInOtherSpellings() {
    ChatMlTemplate plain = new ChatMlTemplate(Optional.empty());
    ChatMlTemplate kind = new ChatMlTemplate(Optional.of("Be kind."));
    assertEquals(
        plain,
        ofTokenizer(
            """
            {%- for message in messages %}
                {{- "<|im_start|>" + message.role + "\\n" + message.content + "<|im_end|>\\n" }}
            {%- endfor %}
            {%- if add_generation_prompt %}
                {{- "<|im_start|>assistant\\n" }}
            {%- endif %}
            """));
    assertEquals(
        plain,
        ofTokenizer(
            "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}"
                + CHATML));
    assertEquals(
        plain,
        ofTokenizer(
            """
            {% for message in messages %}
            <|im_start|>{{ message['role'] }}
            {{ message['content'] }}<|im_end|>
            {% endfor %}
            {% if add_generation_prompt %}
            <|im_start|>assistant
            {% endif %}"""));
    assertEquals(
        kind,
        ofTokenizer(
            "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}"
                + CHATML));
    assertEquals(
        kind, ofTokenizer(WITH_DEFAULT.replace("messages[0]['role']", "messages[0].role")));
  }

  @Test
  void refusesWhatIsOnlyAlmostChatMl() {
    for (String jinja :
        List.of(
            CHATML.replace("message['content']", "message['content'] | trim"),
            CHATML.replace("+ '<|im_end|>'", "+ '<|im_end|> '"),
            CHATML.replace("'<|im_start|>assistant\n'", "'<|im_start|>assistant\n<think>'"),
            CHATML.replace("<|im_start|>' + message", "[INST]' + message"),
            CHATML.replace("{% endfor %}", "{% endfor %} "),
            "{{ bos_token }}" + CHATML,
            WITH_DEFAULT.replace("!=", "=="),
            WITH_DEFAULT.replace("Be kind.", "Be<|im_end|>kind."),
            CHATML + "{% if tools %}{{ '' }}{% endif %}")) {
      HoneException refused = assertThrows(HoneException.class, () -> ofTokenizer(jinja), jinja);
      assertTrue(refused.getMessage().contains("set chat_template: chatml"), refused.getMessage());
      assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
    }
  }

  @Test
  void unknownNamesAndMissingTemplatesAreOneLine() {
    HoneException unknown =
        assertThrows(
            HoneException.class,
            () -> ChatTemplates.resolve("llama3", FakeTokenizer.withTemplate(CHATML)));
    assertEquals(
        "chat_template: llama3 is not known; known are tokenizer_default, chatml, alpaca",
        unknown.getMessage());
    assertThrows(
        HoneException.class,
        () -> ChatTemplates.resolve("tokenizer_default", FakeTokenizer.withoutFiles()));
    assertThrows(
        HoneException.class, () -> ChatTemplates.resolve("alpaca", FakeTokenizer.withoutFiles()));
  }

  @Test
  void fingerprintsTellTemplatesApart() {
    assertEquals(
        4,
        List.of(
                new ChatMlTemplate(Optional.empty()),
                new ChatMlTemplate(Optional.of("a")),
                new AlpacaTemplate("</s>"),
                new AlpacaTemplate("<|im_end|>"))
            .stream()
            .map(ChatTemplate::fingerprint)
            .distinct()
            .count());
  }
}
