package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.jobs.parity.Python;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** wandb's own reader finds the records that {@code wandb sync} sends. */
@Tag("parity")
class WandbOpensTest {
  @TempDir private Path folder;

  @Test
  void wandbReadsWhatIsWritten() throws Exception {
    Python python = Python.orSkip();
    python.requireModule("wandb");
    Map<String, String> settings = Map.of("wandb_project", "tiny", "wandb_entity", "team");
    TrackedRuns.follow(new WandbTracker(TrackedRuns.run(folder, 0, settings)), 1);
    Path file = folder.resolve("wandb/offline-run-20260102_030405-monday/run-monday.wandb");
    JsonNode records = python.run("wandb_records.py", Map.of(), file.toString());
    assertEquals(8, records.size(), records.toString());
    JsonNode run = records.at("/0/run");
    assertEquals("monday", run.path("run_id").asText());
    assertEquals("tiny", run.path("project").asText());
    assertEquals("team", run.path("entity").asText());
    assertEquals("2026-01-02T03:04:05Z", run.path("start_time").asText());
    assertEquals("[\"team:${TEAM}\"]", run.path("tags").toString());
    assertEquals("2.0E-4", value(run.at("/config/update"), "learning_rate"));
    assertEquals("\"${MODELS}/tiny\"", value(run.at("/config/update"), "base_model"));
    assertEquals("train/global_step", records.at("/1/metric/name").asText());
    assertEquals("*", records.at("/2/metric/glob_name").asText());
    assertEquals("train/global_step", records.at("/2/metric/step_metric").asText());
    JsonNode row = records.at("/3/history/item");
    assertEquals("1.5", value(row, "train/loss"));
    assertEquals("1", value(row, "train/global_step"));
    assertEquals("0", value(row, "_step"));
    assertEquals("1.25", value(records.at("/4/history/item"), "eval/loss"));
    assertEquals("2.5", value(records.at("/6/summary/update"), "train/loss"));
    assertTrue(records.at("/7").has("exit"), records.toString());
    assertEquals(60, records.at("/7/exit/runtime").asInt());
  }

  private static String value(JsonNode items, String key) {
    for (JsonNode item : items) {
      if (item.path("key").asText().equals(key)) {
        return item.path("value_json").asText();
      }
    }
    return "no " + key + " in " + items;
  }
}
