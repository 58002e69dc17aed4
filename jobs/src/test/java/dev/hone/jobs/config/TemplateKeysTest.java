package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way to name a chat template. */
@Tag("unit")
class TemplateKeysTest {
  private static final String CHATS = "{path: a.jsonl, type: chat_template}";

  @TempDir Path folder;

  private static String config(String entry, String top) {
    return ConfigTexts.MINIMAL.replace("{path: rows.jsonl, type: alpaca}", entry) + top;
  }

  private String template(String entry, String top) {
    return new ConfigTexts(folder)
        .read(config(entry, top))
        .data()
        .datasets()
        .get(0)
        .chatTemplate()
        .template();
  }

  private String problem(String entry, String top) {
    List<String> problems = new ConfigTexts(folder).problems(config(entry, top));
    assertEquals(1, problems.size(), problems.toString());
    return problems.get(0);
  }

  @Test
  void anEntryGoesBeforeItsTypeAndTheTypeBeforeTheWhole() {
    assertEquals("tokenizer_default", template(CHATS, ""));
    assertEquals("gemma", template(CHATS, "chat_template: gemma\n"));
    assertEquals("alpaca", template("{path: a.jsonl, type: alpaca}", "chat_template: gemma\n"));
    assertEquals("qwen3", template("{path: a.jsonl, type: alpaca, chat_template: qwen3}", ""));
    assertEquals("chatml", template("{path: a.jsonl, type: sharegpt, conversation: chatml}", ""));
    assertEquals(
        "tokenizer_default_fallback_llama3",
        template(CHATS, "chat_template: tokenizer_default_fallback_llama3\n"));
  }

  @Test
  void aTemplateIsWrittenOrInAFile() throws IOException {
    String jinja = "{{ messages | length }}";
    assertEquals(jinja, template(CHATS, "chat_template_jinja: '" + jinja + "'\n"));
    assertEquals(
        jinja, template(CHATS, "chat_template: jinja\nchat_template_jinja: '" + jinja + "'\n"));
    Path file = Files.writeString(folder.resolve("my.jinja"), jinja + "!\n");
    assertEquals(
        jinja + "!\n",
        template("{path: a.jsonl, type: chat_template, chat_template_jinja: " + file + "}", ""));
  }

  @Test
  void variablesOfAnEntryGoBeforeThoseOfTheWhole() {
    String top = "chat_template_kwargs: {enable_thinking: false, deep: {n: [1, 2.5, null]}}\n";
    assertEquals("{}", kwargs(CHATS, ""));
    assertEquals("{\"enable_thinking\":false,\"deep\":{\"n\":[1,2.5,null]}}", kwargs(CHATS, top));
    assertEquals(
        "{\"enable_thinking\":true,\"deep\":{\"n\":[1,2.5,null]}}",
        kwargs(
            "{path: a.jsonl, type: chat_template, chat_template_kwargs: {enable_thinking: true}}",
            top));
  }

  private String kwargs(String entry, String top) {
    return new ConfigTexts(folder)
        .read(config(entry, top))
        .data()
        .datasets()
        .get(0)
        .chatTemplate()
        .kwargs();
  }

  @Test
  void whatIsWrongIsSaid() {
    assertTrue(
        problem(CHATS, "chat_template_kwargs: {tools: []}\n")
            .contains("'tools' is what every row gives to the template"));
    assertTrue(problem(CHATS, "chat_template_kwargs: no\n").contains("is not a mapping, such as"));
    assertTrue(problem(CHATS, "chat_template: chatlm\n").contains("did you mean chatml?"));
    assertTrue(problem(CHATS, "chat_template: jinja\n").contains("needs chat_template_jinja"));
    assertTrue(
        problem(CHATS, "chat_template: gemma\nchat_template_jinja: '{{ 1 }}'\n")
            .contains("both set; keep one"));
    assertTrue(
        problem(CHATS, "chat_template_jinja: none.jinja\n")
            .contains("'none.jinja' is no Jinja template, and no file"));
  }
}
