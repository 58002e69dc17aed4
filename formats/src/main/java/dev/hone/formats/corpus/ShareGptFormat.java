package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.List;
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
  public List<FormatOption> options() {
    return ConversationReader.options(
        new ConversationReader.Keys("conversations", "from", "value"));
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("sharegpt", json, options);
    return new ConversationReader(row, ConversationReader.configured(row)).read();
  }
}
