package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.Landing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TriggerKeysTest {
  @TempDir private Path folder;

  @Test
  void aFolderIsTakenInOnceOrAgainAndAgain() {
    assertEquals(Optional.empty(), landing("type: alpaca"));
    assertEquals(
        Optional.of(Landing.availableNow()), landing("type: alpaca, trigger: available_now"));
    assertEquals(
        Optional.of(new Landing(Optional.empty(), OptionalInt.of(7), Landing.MAX_BYTES)),
        landing("type: alpaca, trigger: available_now, max_files_per_trigger: 7"));
    assertEquals(
        Optional.of(Landing.availableNow().everySoOften(Duration.ofSeconds(30))),
        landing("type: alpaca, trigger: processing_time"));
    assertEquals(
        Optional.of(new Landing(Optional.of(Duration.ofMinutes(5)), OptionalInt.empty(), 1L << 30)),
        landing(
            "type: '', trigger: processing_time, processing_time: 5 minutes, max_bytes_per_trigger: 1g"));
  }

  @Test
  void problemsSayWhatToDo() {
    problem("trigger: available_now", "trigger: needs a type");
    problem("type: alpaca, processing_time: 1 hour", "processing_time: goes with a trigger");
    problem("type: alpaca, max_files_per_trigger: 3", "max_files_per_trigger: goes with a trigger");
    problem(
        "type: alpaca, trigger: available_now, processing_time: 1 hour",
        "processing_time: goes with trigger: processing_time");
    problem(
        "type: alpaca, trigger: processing_time, processing_time: soon", "'soon' is no interval");
    problem("type: alpaca, trigger: available_now, max_bytes_per_trigger: 0", "'0' is no size");
    problem("type: alpaca, trigger: available_now, max_bytes_per_trigger: big", "'big' is no size");
    problem(
        "type: alpaca, trigger: available_now, max_bytes_per_trigger: 1m, max_files_per_trigger: 3",
        "max_files_per_trigger");
    problem("type: alpaca, trigger: continuous", "available_now, processing_time");
  }

  private Optional<Landing> landing(String keys) {
    return new ConfigTexts(folder).read(yaml(keys)).data().datasets().get(0).landing();
  }

  private void problem(String keys, String part) {
    new ConfigTexts(folder).assertProblem(yaml(keys), part);
  }

  private static String yaml(String keys) {
    return """
        base_model: /models/base
        learning_rate: 2e-5
        datasets:
          - {path: /landing, %s}
        """
        .formatted(keys);
  }
}
