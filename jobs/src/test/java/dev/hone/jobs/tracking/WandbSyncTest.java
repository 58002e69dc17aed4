package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hone.jobs.parity.Python;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code wandb sync} sends what is written, to a server that notes it. */
@Tag("parity")
class WandbSyncTest {
  @TempDir private Path folder;

  @Test
  void wandbSendsWhatIsWritten() throws Exception {
    Python python = Python.orSkip();
    python.requireModule("wandb");
    Map<String, String> settings = Map.of("wandb_project", "tiny", "wandb_entity", "team");
    TrackedRuns.follow(new WandbTracker(TrackedRuns.run(folder, 0, settings)), 1);
    Path written = folder.resolve("wandb/offline-run-20260102_030405-monday");
    JsonNode sent = python.run("wandb_sync.py", Map.of(), written.toString());
    JsonNode run = sent.path("run");
    assertEquals("monday", run.path("name").asText(), sent::toPrettyString);
    assertEquals("tiny", run.path("project").asText());
    assertEquals("team", run.path("entity").asText());
    assertEquals("[\"team:${TEAM}\"]", run.path("tags").toString());
    JsonNode config = new JsonMapper().readTree(run.path("config").asText());
    assertEquals(2e-4, config.at("/learning_rate/value").asDouble());
    assertEquals("${MODELS}/tiny", config.at("/base_model/value").asText());
    JsonNode history = sent.path("history");
    assertEquals(3, history.size(), history::toPrettyString);
    assertEquals(1.5, history.path(0).path("train/loss").asDouble());
    assertEquals(1, history.path(0).path("train/global_step").asInt());
    assertEquals(1.25, history.path(1).path("eval/loss").asDouble());
    assertEquals(2.5, history.path(2).path("train/loss").asDouble());
    assertEquals(2, history.path(2).path("_step").asInt());
    assertEquals(2.5, sent.path("summary").path("train/loss").asDouble());
    assertEquals(1.25, sent.path("summary").path("eval/loss").asDouble());
    assertEquals(0, sent.path("exitcode").asInt(-1));
  }
}
