package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: sharegpt}: turns with {@code from} and {@code value}, optionally with {@code system}
 * and {@code tools} beside the list.
 *
 * <pre>{@code
 * {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."}]}
 * }</pre>
 *
 * <p>{@code human} is read as user; {@code gpt}, {@code model} and {@code function_call} as
 * assistant; {@code observation} as tool. A call stays the text that it is; {@code type:
 * llama_factory} reads it as a tool call.
 */
@AutoService(CorpusFormat.class)
public record ShareGptFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("sharegpt");
  }

  @Override
  public List<FormatOption> options() {
    return ChatOptions.conversation(Keys.SHAREGPT);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("sharegpt", json, options);
    return new ConversationReader(row).read(ConversationReader.configured(row));
  }
}
