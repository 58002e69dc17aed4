package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SameStepsTest {

  @Test
  void ranksMayDoWhatOneDid() {
    String four = "{\"seed\": 1, \"workers\": 4, \"distributed\": {\"timeout\": 60}}";
    assertTrue(SameSteps.of(four, "{\"seed\": 1, \"gradient_accumulation_steps\": 4}"));
    assertTrue(
        SameSteps.of(
            four,
            "{\"workers\": 2, \"micro_batch_size\": 2, \"seed\": 1, \"tags\": {\"team\": \"a\"}}"));
  }

  @Test
  void whereNumbersGoBesidesTheTablesIsALabel() {
    assertTrue(
        SameSteps.of(
            "{\"seed\": 1, \"report_to\": \"jsonl\", \"wandb_project\": \"a\", \"hf_mlflow_log_artifacts\": true}",
            "{\"seed\": 1, \"use_mlflow\": true, \"logging_dir\": \"logs\"}"));
  }

  @Test
  void otherStepsAreAnotherRun() {
    String two = "{\"seed\": 1, \"workers\": 2}";
    assertFalse(SameSteps.of(two, "{\"seed\": 1}"));
    assertFalse(SameSteps.of(two, "{\"seed\": 2, \"workers\": 2}"));
    String apart =
        "{\"seed\": 1, \"workers\": 2, \"distributed\": {\"mode\": \"parameter_averaging\"}}";
    assertFalse(SameSteps.of(two, apart));
    assertTrue(SameSteps.of(apart, apart));
    String unknown = "{\"workers\": \"${RANKS}\"}";
    assertFalse(SameSteps.of(unknown, unknown));
  }
}
