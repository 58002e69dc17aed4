package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The numbers are those of rouge-score 0.1.2 for {@link AnswerPairs}:
 *
 * <pre>{@code
 * scorer = rouge_scorer.RougeScorer(["rougeL"])
 * for answer, reference in pairs: print(scorer.score(reference, answer)["rougeL"].fmeasure)
 * }</pre>
 */
@Tag("unit")
class RougeLTest {
  private static final double[] EXPECTED = {
    0.4444444444444444,
    0.7826086956521738,
    0.8888888888888888,
    1.0,
    0.75,
    0,
    0.16666666666666666,
    0.8235294117647058
  };

  @Test
  void theNumbersAreThoseOfRougeScore() {
    for (int i = 0; i < EXPECTED.length; i++) {
      AnswerPairs.Pair pair = AnswerPairs.ALL.get(i);
      assertEquals(EXPECTED[i], RougeL.f(pair.answer(), pair.reference()), 1e-12, pair.answer());
    }
    assertEquals(EXPECTED.length, AnswerPairs.ALL.size());
  }
}
