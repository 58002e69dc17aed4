package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.corpus.ConversationReader.Keys;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: chat_template}: OpenAI messages, {@code {"messages": [{"role": "user", "content":
 * "..."}]}}, with any other names by {@code field_messages} and {@code message_property_mappings}.
 *
 * <p>With the default names a row in ShareGPT's names ({@code conversations}, {@code from}, {@code
 * value}) is accepted too, so that a folder of both needs no configuration.
 */
@AutoService(CorpusFormat.class)
public record ChatTemplateFormat() implements CorpusFormat {
  private static final Keys OPENAI = new Keys("messages", "role", "content");

  @Override
  public Set<String> types() {
    return Set.of("chat_template");
  }

  @Override
  public List<FormatOption> options() {
    return ConversationReader.options(OPENAI);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("chat_template", json, options);
    Keys keys = ConversationReader.configured(row);
    return new ConversationReader(row, keys.equals(OPENAI) ? recognised(json) : keys).read();
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
