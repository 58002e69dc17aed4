package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an MLflow server is asked, and that one in trouble stops no run. */
@Tag("unit")
class MlflowTrackerTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private FakeMlflow server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeMlflow();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private MlflowTracker tracker(long from, Map<String, String> settings, Duration timeout) {
    return new MlflowTracker(
        TrackedRuns.run(folder, from, settings),
        new MlflowApi(
            server.address() + "/", Map.of("MLFLOW_TRACKING_TOKEN", "planted-7"), timeout));
  }

  @Test
  void aRunIsSent() throws Exception {
    Map<String, String> settings = Map.of("mlflow_experiment_name", "tiny", "mlflow_run_name", "a");
    TrackedRuns.follow(tracker(0, settings, LONG), 1);
    assertEquals(List.of("{\"name\":\"tiny\"}"), server.bodies("experiments/create"));
    JsonNode made = json(server.bodies("runs/create").get(0));
    assertEquals("7", made.path("experiment_id").asText());
    assertEquals("a", made.path("run_name").asText());
    assertTrue(
        made.path("tags").toString().contains("{\"key\":\"team\",\"value\":\"${TEAM}\"}"),
        made.toString());
    List<String> batches = server.bodies("runs/log-batch");
    assertEquals(
        "[{\"key\":\"learning_rate\",\"value\":\"2.0E-4\"},{\"key\":\"base_model\",\"value\":\"${MODELS}/tiny\"},"
            + "{\"key\":\"datasets\",\"value\":\"[{\\\"path\\\":\\\"a.jsonl\\\"}]\"},{\"key\":\"bf16\",\"value\":\"false\"}]",
        json(batches.get(0)).path("params").toString());
    assertEquals(
        "[{\"key\":\"loss\",\"timestamp\":1767323046000,\"value\":1.5,\"step\":1},"
            + "{\"key\":\"rewards/accuracies\",\"timestamp\":1767323046000,\"value\":0.25,\"step\":1},"
            + "{\"key\":\"epoch\",\"timestamp\":1767323046000,\"value\":0.125,\"step\":1}]",
        json(batches.get(1)).path("metrics").toString());
    assertEquals("eval_loss", json(batches.get(2)).path("metrics").path(0).path("key").asText());
    assertEquals(4, batches.size());
    assertEquals("FINISHED", json(server.bodies("runs/update").get(0)).path("status").asText());
    assertTrue(server.bodies("7/r1/artifacts/config.json").get(0).contains("${MODELS}/tiny"));
    assertEquals(List.of("Bearer planted-7"), server.authorizations.stream().distinct().toList());
    assertFalse(String.join("\n", server.asked).contains("planted"));
  }

  @Test
  void aRunGoesOnWhereItIs() throws Exception {
    TrackedRuns.follow(tracker(5, Map.of(), LONG), 6);
    assertEquals(
        "tags.`hone.run_id` = 'monday'",
        json(server.bodies("runs/search").get(0)).path("filter").asText());
    assertEquals(List.of(), server.bodies("runs/create"));
    assertEquals("RUNNING", json(server.bodies("runs/update").get(0)).path("status").asText());
    assertEquals(3, server.bodies("runs/log-batch").size());
  }

  @Test
  void theModelAndThePageGoWithIt() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("config.json"), "{}");
    Files.createDirectories(out.resolve("checkpoint-1"));
    MlflowTracker tracker =
        tracker(
            0,
            Map.of("hf_mlflow_log_artifacts", "true", "mlflow_registered_model_name", "best"),
            LONG);
    try (tracker) {
      tracker.begin();
      tracker.end(new Ending(TrackedRuns.START, true, Optional.empty(), Optional.of("<html/>")));
    }
    assertEquals(List.of("<html/>"), server.bodies("artifacts/report.html"));
    assertEquals(List.of("{}"), server.bodies("artifacts/model/config.json"));
    assertEquals(
        List.of(
            "{\"name\":\"best\",\"source\":\"mlflow-artifacts:/7/r1/artifacts/model\",\"run_id\":\"r1\"}"),
        server.bodies("model-versions/create"));
  }

  @Test
  void aServerThatAnswersWith500StopsNothing() {
    server.trouble.put("runs/create", 500);
    follow(tracker(0, Map.of(), LONG), LONG);
    assertEquals(
        List.of(
            "tracker mlflow: %s answers with status 500: {\"error_code\":\"INTERNAL_ERROR\",\"message\":\"the database is locked\"}; it is tried again, and the run goes on"
                .formatted(server.address()),
            "tracker mlflow lacks 2 of the run's events; all numbers are in the tables"),
        warnings);
  }

  @Test
  void aServerThatRefusesStopsNothing() {
    server.trouble.put("runs/log-batch", 403);
    follow(tracker(0, Map.of(), LONG), LONG);
    assertEquals(
        List.of(
            "tracker mlflow: %s answers with status 403: the database is locked; it gets nothing more, and the run goes on"
                .formatted(server.address()),
            "tracker mlflow lacks 2 of the run's events; all numbers are in the tables"),
        warnings);
  }

  @Test
  void aServerThatHangsStopsNothing() {
    server.trouble.put("runs/create", -1);
    follow(tracker(0, Map.of(), LONG), Duration.ofMillis(100));
    assertEquals(
        List.of(
            "tracker mlflow was not done 0 s after the run; what it has not written is lost to it"),
        warnings);
  }

  @Test
  void aRequestThatGetsNoAnswerIsBusy() {
    server.trouble.put("runs/create", -1);
    follow(tracker(0, Map.of(), Duration.ofMillis(100)), LONG);
    assertTrue(
        warnings.get(0).startsWith("tracker mlflow: " + server.address() + " does not answer ("),
        warnings.get(0));
    assertEquals(
        "tracker mlflow lacks 2 of the run's events; all numbers are in the tables",
        warnings.get(1));
  }

  private void follow(Tracker tracker, Duration patience) {
    TrackerThread thread =
        new TrackerThread("mlflow", () -> tracker, warnings::add, 10, Duration.ofMillis(1));
    thread.offer(TrackedRuns.metrics(1));
    thread.offer(TrackedRuns.metrics(2));
    thread.close(TrackedRuns.finished());
    thread.await(patience);
  }

  @Test
  void namesAreThoseThatMlflowAllows() {
    assertEquals("eval_a_b_exact_match", MlflowTracker.name("eval_a+b_exact_match"));
    assertEquals("rewards/accuracies", MlflowTracker.name("rewards/accuracies"));
  }

  private static JsonNode json(String text) throws IOException {
    return new JsonMapper().readTree(text);
  }
}
