package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: language_modeling}, TRL's: a row with {@code messages} is a chat, as {@link
 * ChatTemplateFormat} reads it, any other row a text, as {@link CompletionFormat} does.
 *
 * <pre>{@code
 * {"text": "All of this is trained."}
 * {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]}
 * }</pre>
 */
@AutoService(CorpusFormat.class)
public record LanguageModelingFormat() implements CorpusFormat {
  private static final ChatTemplateFormat CHAT = new ChatTemplateFormat();
  private static final CompletionFormat TEXT = new CompletionFormat();

  @Override
  public Set<String> types() {
    return Set.of("language_modeling");
  }

  @Override
  public List<FormatOption> options() {
    return Lists.concat(TEXT.options(), CHAT.options());
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("language_modeling", json, options);
    return row.value(ChatOptions.MESSAGES).isPresent()
        ? CHAT.read(json, options)
        : TEXT.read(json, options);
  }
}
