package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code type: prompt_completion}, TRL's: a prompt and what follows it, both texts or both lists of
 * turns. Only the completion is trained.
 *
 * <pre>{@code
 * {"prompt": "2+2=", "completion": "4"}
 * {"prompt": [{"role": "user", "content": "2+2?"}],
 *  "completion": [{"role": "assistant", "content": "4"}]}
 * }</pre>
 *
 * <p>The first is an input and a trained, closed text; {@code train_on_inputs} trains both. Of the
 * second only the assistant turn of the completion has weight 1, whatever the mask rules say,
 * unless the turns of the completion have weights of their own.
 */
@AutoService(CorpusFormat.class)
public record PromptCompletionFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("prompt_completion");
  }

  @Override
  public List<FormatOption> options() {
    return Lists.concat(
        List.of(
            FormatOption.field("field_prompt", "prompt", "What is gone on from."),
            FormatOption.field("field_completion", "completion", "What is trained.")),
        ChatOptions.message(Keys.OPENAI),
        ChatOptions.besides());
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("prompt_completion", json, options);
    if (row.value("field_prompt").isEmpty()) {
      throw row.missing(row.said("field_prompt"), "field_prompt");
    }
    Document answer =
        new AnswerReader(row, false).read("field_prompt", List.of("field_completion")).get(0);
    return answer instanceof Completion
        ? Completion.of(
            row.optionalText("field_prompt").orElse(""), row.requiredText("field_completion"))
        : answer;
  }
}
