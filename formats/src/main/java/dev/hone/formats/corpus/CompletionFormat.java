package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: completion}: {@code {"text": "..."}}, all of it trained; {@code field:} names the
 * text.
 *
 * <p>The older pair {@code field_instruction} and {@code field_output} is read as a prompt without
 * loss and the text that follows it, joined as they are.
 */
@AutoService(CorpusFormat.class)
public record CompletionFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("completion");
  }

  @Override
  public List<FormatOption> options() {
    return List.of(
        FormatOption.field("field", "text", "The text."),
        FormatOption.field("field_instruction", "", "A prompt before the text."),
        FormatOption.field("field_output", "", "The text after the prompt; replaces `field`."));
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("completion", json, options);
    if (row.name("field_output").isEmpty()) {
      return Completion.of(row.requiredText("field"));
    }
    return Completion.of(
        row.optionalText("field_instruction").orElse(""), row.requiredText("field_output"));
  }
}
