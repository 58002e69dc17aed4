package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hone.eval.ChoiceQuestion;
import dev.hone.formats.HoneException;
import dev.hone.formats.tokenizer.Tokenizer;
import dev.hone.formats.tokenizer.Tokenizers;
import dev.hone.jobs.config.HoneConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ChoiceRowsTest {
  private static final HoneConfig.Choices ENTRY =
      new HoneConfig.Choices("multiple_choice_datasets.0", "c.yaml:9", "set", "set.jsonl");
  private static final Tokenizer TOKENIZER =
      Tokenizers.open(
          Path.of(System.getProperty("hone.repository"))
              .resolve("training/src/test/resources/parity/llama/model"));

  @AfterAll
  static void close() {
    TOKENIZER.close();
  }

  private static List<ChoiceQuestion> questions(String... lines) {
    return ChoiceRows.questions(ENTRY, List.of(lines), TOKENIZER, 256);
  }

  private static String problem(String line) {
    return assertThrows(
            HoneException.class,
            () ->
                questions("{\"context\": \"a\", \"choices\": [\"b\", \"c\"], \"answer\": 1}", line))
        .getMessage();
  }

  @Test
  void answersArePlacesOrLetters() {
    List<ChoiceQuestion> questions =
        questions(
            "{\"question\": \"Which is a metal?\", \"choices\": [\"iron\", \"salt\"], \"answer\": 0}",
            "",
            "{\"context\": \"Water\", \"choices\": [\"boils\", \"barks\"], \"answer\": \"b\"}",
            "{\"context\": \"Water\", \"choices\": [\"boils\", \"barks\"], \"answer\": \"1\"}");
    assertEquals(List.of(0, 1, 1), questions.stream().map(ChoiceQuestion::right).toList());
    assertEquals("Question: Which is a metal?\nAnswer:", questions.get(0).context());
    assertEquals(List.of("boils", "barks"), questions.get(1).choices());
    assertEquals("Water", questions.get(1).context());
  }

  @Test
  void aLineThatIsNoQuestionIsNamed() {
    assertEquals(
        "c.yaml:9: multiple_choice_datasets.0: line 2 of set.jsonl has the answer 'C', which is none of its 2 choices: 0 to 1, or A to B; correct the line, or remove it",
        problem("{\"context\": \"a\", \"choices\": [\"b\", \"c\"], \"answer\": \"C\"}"));
    assertEquals(
        "c.yaml:9: multiple_choice_datasets.0: line 2 of set.jsonl has 1 choices, and choosing takes two; correct the line, or remove it",
        problem("{\"context\": \"a\", \"choices\": [\"b\"], \"answer\": 0}"));
    assertEquals(
        "c.yaml:9: multiple_choice_datasets.0: line 2 of set.jsonl has neither a question nor a context; correct the line, or remove it",
        problem("{\"choices\": [\"b\", \"c\"], \"answer\": 0}"));
    assertEquals(
        "c.yaml:9: multiple_choice_datasets.0: line 2 of set.jsonl is no JSON; correct the line, or remove it",
        problem("{"));
    assertEquals(
        "c.yaml:9: multiple_choice_datasets.0: line 2 of set.jsonl has a choice that is no text; correct the line, or remove it",
        problem("{\"context\": \"a\", \"choices\": [1, 2], \"answer\": 0}"));
  }
}
