package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: chat_template}: OpenAI messages, with any other names by {@code field_messages} and
 * {@code message_property_mappings}.
 *
 * <pre>{@code
 * {"messages": [{"role": "user", "content": "2+2?"},
 *               {"role": "assistant", "reasoning_content": "Easy.", "content": "4"}],
 *  "tools": [...], "system": "Be brief."}
 * }</pre>
 *
 * <p>It becomes a conversation of a system, a user and an assistant turn. With the default names a
 * row in ShareGPT's names ({@code conversations}, {@code from}, {@code value}) is accepted too, so
 * that a folder of both needs no configuration.
 */
@AutoService(CorpusFormat.class)
public record ChatTemplateFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("chat_template");
  }

  @Override
  public List<FormatOption> options() {
    return ChatOptions.conversation(Keys.OPENAI);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("chat_template", json, options);
    Keys keys = ConversationReader.configured(row);
    return new ConversationReader(row).read(keys.equals(Keys.OPENAI) ? recognised(json) : keys);
  }

  /** List and turns are recognised apart: {@code messages} with {@code from} is common as well. */
  private static Keys recognised(JsonNode json) {
    String list =
        Row.present(json.get("messages")).isEmpty()
                && Row.present(json.get("conversations")).isPresent()
            ? "conversations"
            : "messages";
    JsonNode first = json.path(list).path(0);
    boolean shareGpt = !first.has("role") && first.has("from");
    return new Keys(list, shareGpt ? "from" : "role", shareGpt ? "value" : "content");
  }
}
