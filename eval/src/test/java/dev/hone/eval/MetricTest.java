package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class MetricTest {

  @Test
  void whiteSpaceAroundAnAnswerIsNoDifference() {
    assertTrue(Metric.matches(" 4\n", "4"));
    assertFalse(Metric.matches("4.", "4"));
    assertFalse(Metric.matches("SELECT  1", "SELECT 1"));
  }

  @Test
  void eachIsOfAllAnswers() {
    List<String> answers = List.of("the cat sat", "a dog");
    List<String> references = List.of("the cat is on the mat", "a dog ");
    Measured exact = Metric.EXACT_MATCH.of(answers, references).orElseThrow();
    assertEquals(new Measured("exact_match", 0.5, 2, Interval.wilson(1, 2)), exact);
    Measured rouge = Metric.ROUGE_L.of(answers, references).orElseThrow();
    assertEquals((4.0 / 9 + 1) / 2, rouge.value(), 1e-12);
    assertEquals(4.0 / 9, rouge.interval().low(), 1e-12);
    assertEquals(1, rouge.interval().high(), 1e-12);
    assertEquals(2, rouge.n());
    assertEquals(Optional.empty(), Metric.SQL_EXECUTION.of(answers, references));
  }

  @Test
  void wordsAreThoseOfTheConfiguration() {
    for (Metric metric : Metric.values()) {
      assertEquals(metric, Metric.named(metric.key()));
    }
    assertEquals("sql_execution", Metric.SQL_EXECUTION.key());
  }
}
