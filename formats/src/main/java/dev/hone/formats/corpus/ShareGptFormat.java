package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: sharegpt}: {@code {"conversations": [{"from": "human", "value": "..."}, {"from":
 * "gpt", "value": "..."}]}}, optionally with {@code system} and {@code tools} beside the list.
 *
 * <p>{@code human} is read as user; {@code gpt}, {@code model} and {@code function_call} as
 * assistant; {@code observation} as tool.
 */
@AutoService(CorpusFormat.class)
public record ShareGptFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("sharegpt");
  }

  @Override
  public Map<String, String> fields() {
    return Map.of(
        ConversationReader.MESSAGES, "conversations",
        ConversationReader.ROLE, "from",
        ConversationReader.CONTENT, "value",
        ConversationReader.TRAINING, "",
        ConversationReader.SYSTEM, "system",
        ConversationReader.TOOLS, "tools");
  }

  @Override
  public Document read(JsonNode json, Map<String, String> fields) throws RefusedRecord {
    Row row = Row.of("sharegpt", json, fields);
    return new ConversationReader(row, ConversationReader.configured(row)).read();
  }
}
