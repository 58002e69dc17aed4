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

/** TensorBoard's own reader finds every number, and of steps done twice the second. */
@Tag("parity")
class TensorBoardOpensTest {
  @TempDir private Path folder;

  @Test
  void tensorBoardReadsWhatIsWritten() throws Exception {
    Python python = Python.orSkip();
    python.requireModule("tensorboard");
    TrackedRuns.follow(new TensorBoardTracker(TrackedRuns.run(folder, 0, Map.of())), 1);
    TrackedRuns.follow(new TensorBoardTracker(laterAttempt()), 2);
    JsonNode read =
        python.run("tensorboard_events.py", Map.of(), folder.resolve("monday").toString());
    assertEquals("[[1,1.5],[2,2.5],[3,3.5]]", read.at("/scalars").path("train/loss").toString());
    assertEquals("[[1,1.25],[2,2.25]]", read.at("/scalars").path("eval/loss").toString());
    assertEquals(
        "[[1,0.25],[2,0.25],[3,0.25]]",
        read.at("/scalars").path("train/rewards/accuracies").toString());
    JsonNode config =
        new JsonMapper().readTree(read.at("/texts").path("args/text_summary").asText());
    assertEquals("${MODELS}/tiny", config.path("base_model").asText());
  }

  /** It goes on after step 1, a minute later, and does step 2 again. */
  private TrackedRun laterAttempt() {
    TrackedRun run = TrackedRuns.run(folder, 1, Map.of());
    return new TrackedRun(
        run.runId(),
        run.from(),
        run.startedAt().plusSeconds(60),
        run.config(),
        run.tags(),
        run.outputDir(),
        run.directory(),
        run.version(),
        run.settings());
  }
}
