package dev.hone.formats.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.corpus.ChatOptions.Keys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Answers to compare: a chosen and a rejected one, or one with a label. The row's fields say which
 * of the two it is, so one type serves preference training and KTO.
 *
 * <p>Worked example, {@code type: preference}:
 *
 * <pre>{@code
 * {"prompt": "2+2=", "chosen": "4", "rejected": "5"}
 * {"prompt": [{"role": "user", "content": "2+2?"}],
 *  "completion": [{"role": "assistant", "content": "4"}], "label": true}
 * }</pre>
 *
 * <p>The first is a pair of texts {@code 2+2=4} and {@code 2+2=5} whose first four characters have
 * weight 0; the second a wanted conversation whose assistant turn has weight 1 and whose user turn
 * 0.
 *
 * @param names values of {@code type:}
 * @param template the chat template that the type stands for; empty for none
 * @param chat whether texts are turns of a chat
 * @param promptKey the option that names the prompt
 * @param defaults field names that differ from {@code prompt}, {@code chosen}, {@code rejected},
 *     {@code completion}
 */
record PreferenceFormat(
    List<String> names,
    String template,
    boolean chat,
    String promptKey,
    Map<String, String> defaults)
    implements CorpusFormat {

  PreferenceFormat {
    names = List.copyOf(names);
    defaults = Map.copyOf(defaults);
  }

  @Override
  public Set<String> types() {
    return Set.copyOf(names);
  }

  @Override
  public Optional<String> chatTemplate() {
    return template.isEmpty() ? Optional.empty() : Optional.of(template);
  }

  @Override
  public List<FormatOption> options() {
    return Lists.concat(
        List.of(
            field(promptKey, "prompt", "What is answered: a text or a list of turns."),
            field("field_chosen", "chosen", "The better answer."),
            field("field_rejected", "rejected", "The worse answer."),
            field("field_completion", "completion", "The answer of a row with a label."),
            field("field_label", "label", "Whether the answer is wanted: true or false."),
            field("field_margin", "margin", "How much better, a number; may be absent.")),
        ChatOptions.message(Keys.OPENAI),
        ChatOptions.besides());
  }

  private FormatOption field(String key, String fallback, String doc) {
    return FormatOption.field(key, defaults.getOrDefault(key, fallback), doc);
  }

  @Override
  public Document read(JsonNode json, Map<String, String> options) throws RefusedRecord {
    Row row = Row.of(names.get(0), json, options);
    AnswerReader reader = new AnswerReader(row, chat);
    Optional<JsonNode> label = row.value("field_label");
    if (label.isPresent() && row.value("field_completion").isPresent()) {
      return new Unpaired(
          reader.read(promptKey, List.of("field_completion")).get(0), label(row, label.get()));
    }
    List<Document> pair = reader.read(promptKey, List.of("field_chosen", "field_rejected"));
    return Answers.pair(pair.get(0), pair.get(1), margin(row));
  }

  static boolean label(Row row, JsonNode value) throws RefusedRecord {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    String text = value.asText();
    if (text.equalsIgnoreCase("true") || text.equals("1")) {
      return true;
    }
    if (text.equalsIgnoreCase("false") || text.equals("0")) {
      return false;
    }
    throw Row.wrongType("field '" + row.said("field_label") + "'", value, "true or false");
  }

  private static OptionalDouble margin(Row row) throws RefusedRecord {
    Optional<JsonNode> margin = row.value("field_margin");
    if (margin.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!margin.get().isNumber() || !Double.isFinite(margin.get().doubleValue())) {
      throw Row.wrongType(
          "field '" + row.said("field_margin") + "'", margin.get(), "a finite number");
    }
    return OptionalDouble.of(margin.get().doubleValue());
  }
}
