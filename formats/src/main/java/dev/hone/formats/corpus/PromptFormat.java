package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rows of an instruction and an answer, written into a prompt of fixed wording. The prompt is an
 * input, the answer is trained and closed by the end-of-sequence token.
 *
 * <p>The wording is Axolotl's user-defined shape: {@code format} with {@code {instruction}} and
 * {@code {input}}, {@code no_input_format} for rows without input, and in front of either {@code
 * system_format} with {@code {system}} where there is a system message. Any other {@code {name}}
 * stands for that field of the row, and a doubled brace for a brace.
 *
 * <p>Worked example, {@code type: {format: "Q: {instruction} ({input})\nA: ", no_input_format: "Q:
 * {instruction}\nA: "}}:
 *
 * <pre>{@code
 * {"instruction": "2+2", "output": "4"}
 * }</pre>
 *
 * <p>becomes the input {@code Q: 2+2\nA: } and the trained text {@code 4}.
 *
 * @param names of the type, the first of them in messages
 * @param defaults values of the options that differ from the user-defined type's
 */
record PromptFormat(List<String> names, Map<String, String> defaults) implements CorpusFormat {

  PromptFormat {
    names = List.copyOf(names);
    defaults = Map.copyOf(defaults);
  }

  @Override
  public Set<String> types() {
    return Set.copyOf(names);
  }

  @Override
  public List<FormatOption> options() {
    return List.of(
        field("field_system", "", "A system message; may be absent."),
        field("field_instruction", "instruction", "The task."),
        field("field_input", "input", "What the task is applied to; may be absent."),
        field("field_output", "output", "The answer."),
        text("system_prompt", "", "The system message of rows without one."),
        text("system_format", "{system}", "How the system message is written."),
        text("format", "{instruction} {input}", "How a row with an input is written."),
        text("no_input_format", "", "How a row without an input is written; absent: `format`."),
        text("output_format", "{output}", "How the answer is written."));
  }

  private FormatOption field(String key, String fallback, String doc) {
    return FormatOption.field(key, defaults.getOrDefault(key, fallback), doc);
  }

  private FormatOption text(String key, String fallback, String doc) {
    return FormatOption.text(key, defaults.getOrDefault(key, fallback), doc);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of(names.get(0), json, options);
    Optional<String> input = row.optionalText("field_input");
    String noInput = options.get("no_input_format");
    String format = input.isPresent() || noInput.isEmpty() ? options.get("format") : noInput;
    String prompt =
        system(row)
            + Placeholders.fill(
                format,
                name ->
                    switch (name) {
                      case "instruction" -> row.requiredText("field_instruction");
                      case "input" -> input.orElse("");
                      default -> row.fieldText(name);
                    });
    String output =
        Placeholders.fill(
            options.get("output_format"),
            name -> name.equals("output") ? row.requiredText("field_output") : row.fieldText(name));
    return Completion.of(prompt, output);
  }

  private static String system(Row row) throws RefusedRecord {
    Optional<String> own = row.optionalText("field_system");
    String system = own.orElse(row.options().get("system_prompt"));
    return system.isEmpty()
        ? ""
        : Placeholders.fill(
            row.options().get("system_format"),
            name -> name.equals("system") ? system : row.fieldText(name));
  }
}
