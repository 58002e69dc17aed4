package dev.hone.jobs.quickstart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CorpusFilesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final QuickstartCorpus corpus = QuickstartCorpus.generate(7, QuickstartCorpus.Size.SMOKE);

  @TempDir private Path dir;

  @Test
  void conversationsAndInstructionsTogetherHoldEveryTrainingQuestionInOrder() throws IOException {
    CorpusFiles.write(corpus, dir);
    List<String> questions = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (JsonNode row : lines("train-sharegpt.jsonl")) {
      JsonNode turns = row.get("conversations");
      for (int i = 0; i < turns.size(); i += 2) {
        assertEquals("human", turns.get(i).get("from").asText());
        assertEquals("gpt", turns.get(i + 1).get("from").asText());
        questions.add(turns.get(i).get("value").asText());
        answers.add(turns.get(i + 1).get("value").asText());
      }
    }
    assertTrue(!questions.isEmpty() && questions.size() < corpus.train().size());
    for (JsonNode row : MAPPER.readTree(dir.resolve("train-alpaca.json").toFile())) {
      questions.add(row.get("instruction").asText());
      assertEquals("", row.get("input").asText());
      answers.add(row.get("output").asText());
    }
    assertEquals(corpus.train().stream().map(Question::question).toList(), questions);
    assertEquals(corpus.train().stream().map(Question::sql).toList(), answers);
  }

  @Test
  void heldOutFilesHoldPromptsAndTexts() throws IOException {
    CorpusFiles.write(corpus, dir);
    assertEquals(
        corpus.heldOut().stream().map(Question::sql).toList(), texts("heldout.jsonl", "answer"));
    assertEquals(
        corpus.patterns().stream().map(Question::question).toList(),
        texts("patterns.jsonl", "prompt"));
    assertEquals(corpus.plainTrain(), texts("train-completion.jsonl", "text"));
    assertEquals(corpus.plainHeldOut(), texts("plain.jsonl", "text"));
  }

  @Test
  void aWrongAnswerIsTheRightOneOfAnotherPattern() throws IOException {
    CorpusFiles.write(corpus, dir);
    List<JsonNode> pairs = lines("train-pairs.jsonl");
    List<JsonNode> labelled = lines("train-labelled.jsonl");
    assertEquals(corpus.train().size(), pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      Question question = corpus.train().get(i);
      String chosen = pairs.get(i).at("/chosen/content").asText();
      String rejected = pairs.get(i).at("/rejected/content").asText();
      assertEquals(question.question(), pairs.get(i).at("/messages/0/content").asText());
      assertEquals(question.sql(), chosen);
      assertTrue(
          corpus.train().stream()
              .anyMatch(
                  other ->
                      other.sql().equals(rejected) && !other.pattern().equals(question.pattern())));
      boolean right = labelled.get(i).get("label").booleanValue();
      assertEquals(i % 2 == 0, right);
      assertEquals(right ? chosen : rejected, labelled.get(i).at("/completion/0/content").asText());
    }
  }

  @Test
  void writingAgainGivesTheSameBytes() throws IOException {
    CorpusFiles.write(corpus, dir);
    byte[] first = Files.readAllBytes(dir.resolve("train-sharegpt.jsonl"));
    CorpusFiles.write(corpus, dir);
    assertArrayEquals(first, Files.readAllBytes(dir.resolve("train-sharegpt.jsonl")));
  }

  private List<String> texts(String file, String field) throws IOException {
    return lines(file).stream().map(row -> row.get(field).asText()).toList();
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(dir.resolve(file))) {
      rows.add(MAPPER.readTree(line));
    }
    return rows;
  }
}
