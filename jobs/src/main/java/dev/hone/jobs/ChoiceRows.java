package dev.hone.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.eval.ChoiceQuestion;
import dev.hone.eval.MultipleChoice;
import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.ingest.tables.Failures;
import dev.hone.jobs.config.HoneConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Rows of {@code multiple_choice_datasets} as questions with choices:
 *
 * <pre>
 * {"question": "Which is a metal?", "choices": ["iron", "salt"], "answer": 0}
 * {"context": "The kettle whistles because the water", "choices": ["boils.", "freezes."], "answer": "A"}
 * </pre>
 */
final class ChoiceRows {
  private static final JsonMapper JSON = new JsonMapper();

  private ChoiceRows() {}

  /**
   * Reads an entry.
   *
   * @param longest most tokens of a context with a choice
   * @throws HoneException naming the first line that is no question
   */
  static MultipleChoice read(
      SparkSession spark, HoneConfig.Choices entry, Tokenizer tokenizer, int longest) {
    List<String> lines;
    try {
      lines =
          spark.read().option("wholetext", "false").text(entry.path()).collectAsList().stream()
              .map(row -> row.getString(0))
              .toList();
    } catch (Exception e) { // Scala throws AnalysisException without saying so
      throw new HoneException(
          "%s: %s.path: '%s' cannot be read: %s; give a file of JSON lines"
              .formatted(entry.location(), entry.key(), entry.path(), Failures.firstLine(e)),
          e);
    }
    return new MultipleChoice(entry.name(), questions(entry, lines, tokenizer, longest));
  }

  /** The questions of lines; empty lines are none. */
  static List<ChoiceQuestion> questions(
      HoneConfig.Choices entry, List<String> lines, Tokenizer tokenizer, int longest) {
    List<ChoiceQuestion> questions = new ArrayList<>();
    for (int line = 0; line < lines.size(); line++) {
      if (!lines.get(line).isBlank()) {
        try {
          questions.add(question(lines.get(line), tokenizer, longest));
        } catch (JsonProcessingException e) {
          throw unfit(entry, line, "is no JSON");
        } catch (IllegalArgumentException e) {
          throw unfit(entry, line, e.getMessage());
        }
      }
    }
    if (questions.isEmpty()) {
      throw new HoneException(
          "%s: %s.path: '%s' has no question; give a file of JSON lines"
              .formatted(entry.location(), entry.key(), entry.path()));
    }
    return questions;
  }

  private static ChoiceQuestion question(String line, Tokenizer tokenizer, int longest)
      throws JsonProcessingException {
    JsonNode row = JSON.readTree(line);
    List<String> choices = new ArrayList<>();
    for (JsonNode choice : row.path("choices")) {
      if (!choice.isTextual() || choice.asText().isEmpty()) {
        throw new IllegalArgumentException("has a choice that is no text");
      }
      choices.add(choice.asText());
    }
    if (choices.size() < 2) {
      throw new IllegalArgumentException(
          "has %d choices, and choosing takes two".formatted(choices.size()));
    }
    return ChoiceQuestion.of(
        context(row), choices, right(row.path("answer"), choices.size()), tokenizer, longest);
  }

  /** As lm-evaluation-harness asks the questions of ARC. */
  private static String context(JsonNode row) {
    if (row.path("context").isTextual()) {
      return row.path("context").asText();
    }
    if (row.path("question").isTextual()) {
      return "Question: " + row.path("question").asText() + "\nAnswer:";
    }
    throw new IllegalArgumentException("has neither a question nor a context");
  }

  private static int right(JsonNode answer, int choices) {
    String text = answer.asText().strip();
    int right = -1;
    if (text.matches("[A-Za-z]")) {
      right = Character.toUpperCase(text.charAt(0)) - 'A';
    } else if (text.matches("\\d{1,4}")) {
      right = Integer.parseInt(text);
    }
    if (right < 0 || right >= choices) {
      throw new IllegalArgumentException(
          "has the answer '%s', which is none of its %d choices: 0 to %d, or A to %c"
              .formatted(text, choices, choices - 1, 'A' + choices - 1));
    }
    return right;
  }

  private static HoneException unfit(HoneConfig.Choices entry, int line, String problem) {
    return new HoneException(
        "%s: %s: line %d of %s %s; correct the line, or remove it"
            .formatted(entry.location(), entry.key(), line + 1, entry.path(), problem));
  }
}
