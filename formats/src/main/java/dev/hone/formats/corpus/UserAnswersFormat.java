package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.auto.service.AutoService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code type: user_defined.default}: answers to compare, with prompt and answers written as the
 * configuration says. Also what a mapping under {@code type:} with {@code field_chosen}, {@code
 * field_completion} or one of their formats stands for.
 *
 * <p>Worked example, {@code prompt_format: "{system}\nQ: {prompt}\nA: "}:
 *
 * <pre>{@code
 * {"system": "Brief.", "prompt": "2+2?", "chosen": "4", "rejected": "5"}
 * }</pre>
 *
 * <p>is the text {@code Brief.\nQ: 2+2?\nA: } of weight 0, followed by {@code 4} or {@code 5} of
 * weight 1. A row with {@code completion} and {@code label} is one labelled answer.
 */
@AutoService(CorpusFormat.class)
public record UserAnswersFormat() implements CorpusFormat {

  @Override
  public Set<String> types() {
    return Set.of("user_defined.default");
  }

  @Override
  public List<FormatOption> options() {
    return List.of(
        FormatOption.field("field_system", "system", "A system message; may be absent."),
        FormatOption.field("field_prompt", "prompt", "What is answered."),
        FormatOption.field("field_chosen", "chosen", "The better answer."),
        FormatOption.field("field_rejected", "rejected", "The worse answer."),
        FormatOption.field("field_completion", "completion", "The answer of a row with a label."),
        FormatOption.field("field_label", "label", "Whether the answer is wanted: true or false."),
        FormatOption.text("prompt_format", "{prompt}", "How the prompt is written."),
        FormatOption.text("chosen_format", "{chosen}", "How the better answer is written."),
        FormatOption.text("rejected_format", "{rejected}", "How the worse answer is written."),
        FormatOption.text(
            "completion_format",
            "{completion}",
            "How the answer of a row with a label is written."));
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of("user_defined.default", json, options);
    String prompt = written(row, "prompt");
    Optional<JsonNode> label = row.value("field_label");
    if (label.isPresent() && row.value("field_completion").isPresent()) {
      return new Unpaired(
          Answers.text(prompt, written(row, "completion")),
          PreferenceFormat.label(row, label.get()));
    }
    return Answers.pair(
        Answers.text(prompt, written(row, "chosen")),
        Answers.text(prompt, written(row, "rejected")),
        OptionalDouble.empty());
  }

  private static String written(Row row, String part) throws RefusedRecord {
    return Placeholders.fill(
        row.options().get(part + "_format"),
        name -> {
          if (name.equals("system")) {
            return row.optionalText("field_system").orElse("");
          }
          return name.equals(part) ? row.requiredText("field_" + part) : row.fieldText(name);
        });
  }
}
