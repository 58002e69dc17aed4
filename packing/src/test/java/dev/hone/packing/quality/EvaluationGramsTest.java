package dev.hone.packing.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.hone.packing.quality.EvaluationGrams.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class EvaluationGramsTest {
  private static final ContaminationRule RULE = new ContaminationRule(8, List.of("a", "b"));

  @Test
  void aTextIsContaminatedByNWordsInARowOrByAWholeShorterRow() {
    EvaluationGrams grams =
        grams(
            "a: What is the capital of France? Paris",
            "b: one two three four five six seven eight nine ten");
    assertEquals(
        Optional.of(new Overlap("a", 7, 1)),
        grams.find("So what is the CAPITAL of France? -- Paris!"));
    assertEquals(Optional.empty(), grams.find("What is the capital of France? Lyon"));
    assertEquals(
        Optional.of(new Overlap("b", 8, 2)),
        grams.find("say: now two three four five six seven eight nine, or more"));
    assertEquals(Optional.empty(), grams.find("two three four five six seven eight, or more"));
    assertEquals(Optional.empty(), grams.find(""));
  }

  @Test
  void aRowOfThreeWordsIsNotRecognised() {
    assertEquals(List.of(), lengths("yes it is"));
    assertEquals(List.of(4), lengths("yes it is so"));
    assertEquals(List.of(8, 8, 8), lengths("1 2 3 4 5 6 7 8 9 10"));
  }

  @Test
  void theLongestRunIsNamed() {
    EvaluationGrams grams = grams("b: one two three four", "a: nine eight seven six five");
    String text = "one two three four, nine eight seven six five";
    assertEquals(Optional.of(new Overlap("a", 5, 4)), grams.find(text));
    assertEquals(Optional.empty(), EvaluationGrams.NONE.find(text));
  }

  @Test
  void theDigestDependsOnTheGramsAndNotOnTheirOrder() {
    String digest = grams("a: alpha beta gamma delta", "a: epsilon zeta eta theta").digest();
    assertEquals(digest, grams("a: epsilon zeta eta theta", "a: alpha beta gamma delta").digest());
    assertNotEquals(digest, grams("a: alpha beta gamma delta").digest());
    assertNotEquals(
        digest, grams("a: alpha beta gamma delta", "b: epsilon zeta eta theta").digest());
  }

  /** Of rows that begin with the name of their dataset. */
  private static EvaluationGrams grams(String... rows) {
    EvaluationGrams.Builder grams = new EvaluationGrams.Builder(RULE);
    for (String row : rows) {
      int dataset = RULE.datasets().indexOf(row.substring(0, 1));
      EvaluationGrams.ofRow(
          row.substring(2), RULE.ngram(), (gram, words) -> grams.add(gram, words, dataset));
    }
    return grams.build();
  }

  private static List<Integer> lengths(String row) {
    List<Integer> words = new ArrayList<>();
    EvaluationGrams.ofRow(row, RULE.ngram(), (gram, count) -> words.add(count));
    return words;
  }
}
