package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The numbers are rouge-score 0.1.2's: {@code RougeScorer(["rougeL"]).score(reference,
 * answer)["rougeL"].fmeasure}.
 */
@Tag("unit")
class RougeLTest {

  @Test
  void theNumbersAreThoseOfRougeScore() {
    check("the cat sat", "the cat is on the mat");
  }

  private static void check(String answer, String reference) {
    assertEquals(4.0 / 9, RougeL.f(answer, reference), 1e-12, answer);
  }
}
