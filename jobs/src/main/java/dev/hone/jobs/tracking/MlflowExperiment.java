package dev.hone.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.Optional;

/** The experiment that a run belongs to on an MLflow server. */
final class MlflowExperiment {
  private static final String DEFAULT = "0";

  private MlflowExperiment() {}

  /**
   * Finds it, or makes it.
   *
   * @param name empty: MLflow's {@code Default}
   */
  static String id(MlflowApi api, Optional<String> name) throws IOException, InterruptedException {
    if (name.isEmpty()) {
      return DEFAULT;
    }
    Optional<String> found = find(api, name.get());
    return found.isPresent() ? found.get() : make(api, name.get());
  }

  private static Optional<String> find(MlflowApi api, String name)
      throws IOException, InterruptedException {
    try {
      JsonNode found = api.get("experiments/get-by-name", "experiment_name", name);
      return Optional.of(found.path("experiment").path("experiment_id").asText());
    } catch (MlflowException e) {
      if (e.is("RESOURCE_DOES_NOT_EXIST")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String make(MlflowApi api, String name) throws IOException, InterruptedException {
    try {
      JsonNode asked = JsonNodeFactory.instance.objectNode().put("name", name);
      return api.post("experiments/create", asked).path("experiment_id").asText();
    } catch (MlflowException e) {
      if (e.is("RESOURCE_ALREADY_EXISTS")) {
        return find(api, name).orElseThrow(() -> e); // another run was first
      }
      throw e;
    }
  }
}
