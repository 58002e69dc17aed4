package dev.hone.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.auto.service.AutoService;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * {@code report_to: mlflow}: a run on an MLflow server, with the effective configuration as
 * parameters, metrics by the names of transformers' {@code MLflowCallback} ({@code loss}, {@code
 * eval_loss}), tags, and at the end the artifacts of {@link MlflowArtifacts}. A run that goes on
 * after an interruption goes on there, too: it is found by its tag {@code hone.run_id}.
 *
 * <p>It speaks the REST API itself; see docs/decisions/020-trackers-write-themselves.md.
 */
final class MlflowTracker implements Tracker {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** MLflow's own limits. */
  private static final int PARAMETERS_AT_ONCE = 100;

  private static final int LONGEST_PARAMETER = 6000;
  private static final int LONGEST_TAG = 5000;

  private final TrackedRun run;
  private final MlflowApi api;
  private String experiment = "";
  private JsonNode remote = NODES.objectNode();
  private boolean described;

  MlflowTracker(TrackedRun run, MlflowApi api) {
    this.run = run;
    this.api = api;
  }

  /** {@code mlflow}. */
  @AutoService(TrackerKind.class)
  public static final class Kind implements TrackerKind {
    @Override
    public String name() {
      return "mlflow";
    }

    @Override
    public Tracker open(TrackedRun run, Map<String, String> environment) {
      String server =
          run.setting("mlflow_tracking_uri")
              .orElseGet(() -> environment.getOrDefault("MLFLOW_TRACKING_URI", ""));
      return new MlflowTracker(run, new MlflowApi(server, environment, TIMEOUT));
    }

    @Override
    public boolean wantsPage() {
      return true;
    }

    @Override
    public Duration patience(TrackedRun run) {
      return MlflowArtifacts.withModel(run) ? Duration.ofMinutes(15) : TIMEOUT.multipliedBy(2);
    }
  }

  /** May be called again after a failure in the middle, and makes nothing twice. */
  @Override
  public void begin() throws IOException, InterruptedException {
    if (experiment.isEmpty()) {
      experiment = MlflowExperiment.id(api, run.setting("mlflow_experiment_name"));
    }
    if (remote.isEmpty()) {
      Optional<JsonNode> earlier = run.from() > 0 ? earlier() : Optional.empty();
      described = earlier.isPresent();
      remote = earlier.isPresent() ? earlier.get() : create();
    }
    if (!described) {
      parameters();
      described = true;
    }
  }

  private Optional<JsonNode> earlier() throws IOException, InterruptedException {
    ObjectNode asked = NODES.objectNode();
    asked.putArray("experiment_ids").add(experiment);
    asked.put("filter", "tags.`hone.run_id` = '%s'".formatted(run.runId()));
    asked.put("max_results", 1);
    JsonNode info = api.post("runs/search", asked).path("runs").path(0).path("info");
    if (info.isMissingNode()) {
      return Optional.empty();
    }
    ObjectNode again = NODES.objectNode();
    again.put("run_id", info.path("run_id").asText()).put("status", "RUNNING");
    api.post("runs/update", again);
    return Optional.of(info);
  }

  private JsonNode create() throws IOException, InterruptedException {
    ObjectNode made = NODES.objectNode();
    made.put("experiment_id", experiment).put("start_time", run.startedAt().toEpochMilli());
    made.put("run_name", run.setting("mlflow_run_name").orElse(run.runId()));
    var tags = made.putArray("tags");
    tags.addObject().put("key", "mlflow.source.name").put("value", "hone");
    tags.addObject().put("key", "hone.run_id").put("value", run.runId());
    tags.addObject().put("key", "hone.version").put("value", run.version());
    run.tags()
        .forEach(
            (key, value) ->
                tags.addObject().put("key", name(key)).put("value", cut(value, LONGEST_TAG)));
    return api.post("runs/create", made).path("run").path("info");
  }

  private void parameters() throws IOException, InterruptedException {
    Map<String, JsonNode> config = Effective.values(run.config());
    ObjectNode batch = batch();
    for (Map.Entry<String, JsonNode> entry : config.entrySet()) {
      batch
          .withArray("params")
          .addObject()
          .put("key", name(entry.getKey()))
          .put("value", cut(Effective.text(entry.getValue()), LONGEST_PARAMETER));
      if (batch.path("params").size() == PARAMETERS_AT_ONCE) {
        api.post("runs/log-batch", batch);
        batch = batch();
      }
    }
    if (batch.has("params")) {
      api.post("runs/log-batch", batch);
    }
  }

  @Override
  public void write(TrackedEvent event) throws IOException, InterruptedException {
    ObjectNode batch = batch();
    if (event instanceof TrackedEvent.Metrics metrics) {
      metrics.values().forEach((name, value) -> metric(batch, event, name, value));
      metric(batch, event, "epoch", metrics.epoch());
    } else if (event instanceof TrackedEvent.Evaluation evaluation) {
      metric(batch, event, evaluation.key(), evaluation.value());
    } else {
      return;
    }
    api.post("runs/log-batch", batch);
  }

  private static void metric(ObjectNode batch, TrackedEvent event, String name, double value) {
    ObjectNode metric = batch.withArray("metrics").addObject();
    metric.put("key", name(name)).put("timestamp", event.at().toEpochMilli());
    metric.put("value", value).put("step", event.step());
  }

  @Override
  public void end(Ending ending) throws IOException, InterruptedException {
    ObjectNode update = NODES.objectNode().put("run_id", id());
    update.put("status", ending.finished() ? "FINISHED" : "FAILED");
    api.post("runs/update", update.put("end_time", ending.at().toEpochMilli()));
    if (ending.message().isPresent()) {
      ObjectNode tag = NODES.objectNode().put("run_id", id()).put("key", "hone.message");
      api.post("runs/set-tag", tag.put("value", cut(ending.message().get(), LONGEST_TAG)));
    }
    new MlflowArtifacts(run, api, id(), remote.path("artifact_uri").asText()).put(ending);
  }

  private ObjectNode batch() {
    return NODES.objectNode().put("run_id", id());
  }

  private String id() {
    return remote.path("run_id").asText();
  }

  /** As MLflow allows names: letters, digits, and some marks. */
  static String name(String name) {
    return name.replaceAll("[^A-Za-z0-9_.:/ -]", "_");
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest - 3) + "..." : text;
  }
}
