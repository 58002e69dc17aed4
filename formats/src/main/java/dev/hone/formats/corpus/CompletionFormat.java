package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
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
  public Map<String, String> fields() {
    return Map.of("field", "text", "field_instruction", "", "field_output", "");
  }

  @Override
  public Document read(JsonNode json, Map<String, String> fields) throws RefusedRecord {
    Row row = Row.of("completion", json, fields);
    if (row.name("field_output").isEmpty()) {
      return Completion.of(row.requiredText("field"));
    }
    return Completion.of(
        row.optionalText("field_instruction").orElse(""), row.requiredText("field_output"));
  }
}
