package dev.hone.jobs.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.jobs.parity.Python;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of MLflow's own takes what hone sends, and gives it back. */
@Tag("parity")
@Tag("slow")
class MlflowServerTest {
  private static final Duration START = Duration.ofMinutes(3);

  @TempDir private static Path folder;
  private static Process process;
  private static String address;
  private static MlflowApi api;

  @BeforeAll
  static void startServer() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    python.requireModule("mlflow");
    int port = freePort();
    address = "http://127.0.0.1:" + port;
    process =
        python.start(
            folder.resolve("server.log"),
            "mlflow",
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--workers",
            "1",
            "--backend-store-uri",
            "sqlite:///" + folder.resolve("mlflow.db"),
            "--artifacts-destination",
            folder.resolve("artifacts").toString());
    api = new MlflowApi(address, Map.of(), Duration.ofSeconds(60));
    waitForServer();
  }

  @AfterAll
  static void stopServer() throws InterruptedException {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void waitForServer() throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      try {
        get("/health");
        return;
      } catch (IOException e) {
        Thread.sleep(500);
      }
    }
    fail("no MLflow server: " + Files.readString(folder.resolve("server.log")));
  }

  private static String get(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  @Test
  void theServerHasTheRun() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("weights.safetensors"), "planted weights");
    Map<String, String> settings =
        Map.of(
            "mlflow_experiment_name", "tiny models",
            "mlflow_run_name", "a run",
            "hf_mlflow_log_artifacts", "true",
            "mlflow_registered_model_name", "tiny");
    TrackedRun first = TrackedRuns.run(folder, 0, settings);
    try (MlflowTracker cutOff = new MlflowTracker(first, api)) {
      cutOff.begin();
      cutOff.write(TrackedRuns.metrics(1));
      cutOff.write(
          new TrackedEvent.Metrics(
              TrackedRuns.START,
              2,
              0.25,
              Map.of("loss", Double.NaN, "a+b", Double.POSITIVE_INFINITY)));
    }
    try (MlflowTracker tracker = new MlflowTracker(TrackedRuns.run(folder, 1, settings), api)) {
      tracker.begin();
      tracker.write(TrackedRuns.metrics(2));
      tracker.write(TrackedRuns.evaluation(2));
      tracker.end(new Ending(TrackedRuns.START, true, Optional.empty(), Optional.of("<html/>")));
    }

    JsonNode runs = search();
    assertEquals(1, runs.size(), "what goes on is the same run");
    JsonNode run = runs.get(0);
    assertEquals("FINISHED", run.at("/info/status").asText());
    assertEquals("a run", run.at("/info/run_name").asText());
    assertEquals("2.0E-4", value(run.at("/data/params"), "learning_rate"));
    assertEquals("${MODELS}/tiny", value(run.at("/data/params"), "base_model"));
    assertEquals("${TEAM}", value(run.at("/data/tags"), "team"));
    assertEquals("2.5", value(run.at("/data/metrics"), "loss"));
    assertEquals("2.25", value(run.at("/data/metrics"), "eval_loss"));
    List<String> losses = new ArrayList<>();
    String id = run.at("/info/run_id").asText();
    String history = get("/api/2.0/mlflow/metrics/get-history?run_id=" + id + "&metric_key=loss");
    new JsonMapper()
        .readTree(history)
        .path("metrics")
        .forEach(metric -> losses.add(metric.path("step") + " " + metric.path("value").asText()));
    assertTrue(losses.containsAll(List.of("1 1.5", "2 2.5")), losses.toString());

    String kept = run.at("/info/artifact_uri").asText().replaceFirst("^mlflow-artifacts:/+", "");
    Path artifacts = folder.resolve("artifacts").resolve(kept);
    assertEquals("<html/>", Files.readString(artifacts.resolve("report.html")));
    assertTrue(Files.readString(artifacts.resolve("config.json")).contains("${MODELS}/tiny"));
    assertEquals(
        "planted weights", Files.readString(artifacts.resolve("model/weights.safetensors")));
    JsonNode versions = api.get("model-versions/search", "filter", "name='tiny'");
    assertEquals(id, versions.at("/model_versions/0/run_id").asText(), versions.toString());
  }

  private static JsonNode search() throws IOException, InterruptedException {
    JsonNode experiment =
        api.get("experiments/get-by-name", "experiment_name", "tiny models").path("experiment");
    ObjectNode asked = new JsonMapper().createObjectNode();
    asked.putArray("experiment_ids").add(experiment.path("experiment_id").asText());
    return api.post("runs/search", asked).path("runs");
  }

  private static String value(JsonNode pairs, String key) {
    for (JsonNode pair : pairs) {
      if (pair.path("key").asText().equals(key)) {
        return pair.path("value").asText();
      }
    }
    return "no " + key + " in " + pairs;
  }
}
