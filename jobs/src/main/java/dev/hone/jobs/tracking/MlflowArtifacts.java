package dev.hone.jobs.tracking;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an MLflow run holds besides numbers: {@code config.json}, the effective configuration;
 * {@code report.html}, the page of {@code hone report --no-text}; and with {@code
 * hf_mlflow_log_artifacts} the finished model in {@code model}, which {@code
 * mlflow_registered_model_name} registers.
 *
 * <p>They go through the server, which has to serve artifacts, as it does by default.
 */
final class MlflowArtifacts {
  private static final String SERVED = "mlflow-artifacts";

  private final TrackedRun run;
  private final MlflowApi api;
  private final String id;
  private final String place;

  /**
   * Of one run.
   *
   * @param id MLflow's name of the run
   * @param place its {@code artifact_uri}
   */
  MlflowArtifacts(TrackedRun run, MlflowApi api, String id, String place) {
    this.run = run;
    this.api = api;
    this.id = id;
    this.place = place;
  }

  /** Whether the model is among them. */
  static boolean withModel(TrackedRun run) {
    return run.setting("hf_mlflow_log_artifacts").filter(Boolean::parseBoolean).isPresent();
  }

  /**
   * Puts them there.
   *
   * @throws IOException if the server keeps them where only MLflow's own client writes
   */
  void put(Ending ending) throws IOException, InterruptedException {
    if (!place.startsWith(SERVED + ":")) {
      throw new IOException(
          "the server keeps artifacts at %s, where only MLflow's own client writes; start it with --serve-artifacts"
              .formatted(place));
    }
    text("config.json", Effective.pretty(run.config()));
    if (ending.page().isPresent()) {
      text("report.html", ending.page().get());
    }
    if (withModel(run) && ending.finished()) {
      for (Path file : model()) {
        api.put(at("model/" + file.getFileName()), BodyPublishers.ofFile(file));
      }
      Optional<String> name = run.setting("mlflow_registered_model_name");
      if (name.isPresent()) {
        register(name.get());
      }
    }
  }

  private void text(String name, String text) throws IOException, InterruptedException {
    api.put(at(name), BodyPublishers.ofString(text));
  }

  private String at(String name) {
    return URI.create(place).getPath() + "/" + name;
  }

  /** Not the checkpoints, which lie beside it. */
  private List<Path> model() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(run.outputDir()))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void register(String name) throws IOException, InterruptedException {
    ObjectNode model = JsonNodeFactory.instance.objectNode().put("name", name);
    try {
      api.post("registered-models/create", model);
    } catch (MlflowException e) {
      if (!e.is("RESOURCE_ALREADY_EXISTS")) {
        throw e;
      }
    }
    api.post("model-versions/create", model.put("source", place + "/model").put("run_id", id));
  }
}
