package dev.hone.jobs.nightly.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class GateTest {

  @Test
  void itIsHeldAgainstWhatTheCurrentModelReached() {
    Gate gate = Gate.parse("eval_loss <= 1.01 * current");
    assertEquals("eval_loss", gate.metric());
    assertEquals(2.02, gate.bound(2.0), 1e-12);
    assertTrue(gate.holds(2.02, 2.0));
    assertFalse(gate.holds(2.03, 2.0));
    assertTrue(Gate.parse("qa/exact_match >= current - 0.005").holds(0.5, 0.505));
    assertFalse(Gate.parse("exact_match > current").holds(0.5, 0.5));
    assertTrue(Gate.parse("perplexity < 20").holds(19, Double.NaN));
  }

  @Test
  void whatIsNoNumberNeverHolds() {
    for (String text : List.of("a <= current", "a < current", "a >= current", "a > current")) {
      assertFalse(Gate.parse(text).holds(Double.NaN, 1), text);
      assertFalse(Gate.parse(text).holds(1, Double.NaN), text);
    }
  }

  @Test
  void boundsAreArithmetic() {
    Map<String, Double> bounds =
        Map.of(
            "1 + 2 * 3", 7.0,
            "(1 + 2) * 3", 9.0,
            "8 / 2 / 2", 2.0,
            "5 - 2 - 1", 2.0,
            "-current", -4.0,
            "current * 1.5e-1", 0.6,
            "2*-3", -6.0);
    bounds.forEach(
        (text, value) -> assertEquals(value, Gate.parse("m < " + text).bound(4), 1e-12, text));
  }

  @Test
  void severalAreAListOrOneTextWithCommas() {
    List<Gate> gates = Gate.parseAll(List.of("a <= 1, b >= current", "c < 2"));
    assertEquals(
        List.of("a <= 1", "b >= current", "c < 2"), gates.stream().map(Gate::text).toList());
  }

  @Test
  void whatIsWrongIsSaid() {
    Map<String, String> problems =
        Map.of(
            "eval_loss",
            "'eval_loss' is no condition; write a metric, one of <= < >= >, and a bound, such as eval_loss <= 1.01 * current",
            "eval_loss == 1",
            "'eval_loss == 1' is no condition; write a metric, one of <= < >= >, and a bound, such as eval_loss <= 1.01 * current",
            "eval_loss <= 1.01 * curent",
            "'eval_loss <= 1.01 * curent': expected a number, current or an operator, and found 'curent'",
            "eval_loss <= (1",
            "'eval_loss <= (1': expected a number, current or an operator, and found the end",
            "eval_loss <= 1 2",
            "'eval_loss <= 1 2': expected a number, current or an operator, and found '2'");
    problems.forEach(
        (text, problem) ->
            assertEquals(
                problem,
                assertThrows(IllegalArgumentException.class, () -> Gate.parse(text)).getMessage()));
  }

  @Test
  void aVerdictTellsItsNumbers() {
    Gate gate = Gate.parse("eval_loss <= 1.01 * current");
    assertEquals(
        "eval_loss <= 1.01 * current: 2.0312 <= 2.0504 holds (current 2.0301, difference 0.0011, 95 % from -0.0102 to 0.0121 over 48 items)",
        new Verdict(gate, 2.0312, 2.0301, Optional.of(new Interval(-0.0102, 0.0121, 48)))
            .toString());
    assertEquals(
        "eval_loss <= 1.01 * current: eval_loss was not measured, so it does not hold",
        new Verdict(gate, Double.NaN, 2, Optional.empty()).toString());
  }
}
