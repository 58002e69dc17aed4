package dev.hone.formats.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CorpusFuzzTest {

  @Test
  void noRowCrashesOrIsLost() throws Exception {
    CorpusFuzz fuzz = new CorpusFuzz(20);
    int rows = 30_000;
    for (int i = 0; i < rows; i++) {
      fuzz.step();
    }
    Map<String, Integer> outcomes = fuzz.outcomes();
    assertEquals(rows, outcomes.values().stream().mapToInt(Integer::intValue).sum());
    // The generator reaches what it is meant to reach.
    assertTrue(
        outcomes
            .keySet()
            .containsAll(
                Set.of(
                    "accepted",
                    "missing_field",
                    "wrong_type",
                    "unknown_role",
                    "role_order",
                    "empty_turn",
                    "corrupt_json",
                    "invalid_tool_call",
                    "invalid_unicode",
                    "prompt_mismatch",
                    "equal_answers")),
        outcomes.toString());
    assertTrue(outcomes.get("accepted") > rows / 20, outcomes.toString());
  }
}
