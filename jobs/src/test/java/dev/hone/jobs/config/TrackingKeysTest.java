package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class TrackingKeysTest {
  private static final String SERVER = "mlflow_tracking_uri: http://127.0.0.1:5000\n";

  @TempDir private Path folder;

  private HoneConfig.Tracking read(String keys) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + keys).tracking();
  }

  private String problem(String keys) {
    List<String> problems = new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + keys);
    assertEquals(1, problems.size(), problems.toString());
    return problems.get(0);
  }

  @Test
  void trackersAreTurnedOnAsInAxolotl() {
    assertEquals(Set.of(), read("").to());
    assertEquals(Set.of(), read("report_to: none\nuse_mlflow: false\nuse_wandb: false\n").to());
    assertEquals(Set.of("jsonl"), read("report_to: jsonl\n").to());
    assertEquals(
        Set.of("jsonl", "tensorboard"), read("report_to: [jsonl]\nuse_tensorboard: true\n").to());
    assertEquals(Set.of("wandb"), read("wandb_project: tiny\n").to());
    assertEquals(Set.of(), read("wandb_project: tiny\nwandb_mode: disabled\n").to());
    assertEquals(Set.of(), read("wandb_project: tiny\nuse_wandb: false\n").to());
    assertEquals(Set.of("mlflow"), read("use_mlflow: true\n" + SERVER).to());
    assertEquals(Set.of("mlflow"), read("mlflow_experiment_name: tiny\n" + SERVER).to());
  }

  @Test
  void filesLieInTheOutputOrWhereTheyAreToLie() {
    assertEquals(Optional.of(Path.of("./model-out/runs")), read("").directory());
    assertEquals(Optional.of(Path.of("/logs")), read("logging_dir: /logs\n").directory());
    assertEquals(Optional.of(Path.of("/logs")), read("logging_dir: file:/logs\n").directory());
    String away = "output_dir: s3://bucket/out\n";
    assertEquals(Optional.empty(), read(away).directory());
    assertEquals(
        "config.yaml:5: output_dir: 's3://bucket/out' is no folder of this machine, and jsonl appends to files; give logging_dir a local path",
        problem(away + "report_to: jsonl\n"));
    assertEquals(
        "config.yaml:5: logging_dir: 's3://bucket/logs' is no folder of this machine, and tensorboard appends to files; give logging_dir a local path",
        problem("logging_dir: s3://bucket/logs\nuse_tensorboard: true\n"));
  }

  @Test
  void problemsSayWhatToDo() {
    assertTrue(problem("report_to: comet_ml\n").contains("jsonl, tensorboard, mlflow, wandb"));
    assertTrue(problem("report_to: [none, jsonl]\n").endsWith("keep one of the two"));
    assertTrue(problem("use_mlflow: true\n").contains("mlflow_tracking_uri: missing; give"));
    assertTrue(
        problem("use_mlflow: true\nmlflow_tracking_uri: ./mlruns\n").contains("starts with http"));
    assertTrue(
        problem("use_mlflow: true\nmlflow_registered_model_name: best\n" + SERVER)
            .endsWith("add hf_mlflow_log_artifacts: true"));
    assertTrue(
        problem(
                "use_mlflow: true\nhf_mlflow_log_artifacts: true\noutput_dir: s3://b/out\n"
                    + SERVER)
            .contains("the model is sent from there"));
  }

  @Test
  void theServerMayComeFromTheEnvironment() {
    Map<String, String> environment = Map.of("MLFLOW_TRACKING_URI", "https://mlflow.example");
    HoneConfig config =
        new ConfigTexts(folder).read(ConfigTexts.MINIMAL + "use_mlflow: true\n", environment);
    assertEquals(Set.of("mlflow"), config.tracking().to());
    assertFalse(config.tracking().settings().containsKey("mlflow_tracking_uri"));
  }

  @Test
  void noticesSayWhatHasNoEffect() {
    assertEquals(
        List.of("mlflow_run_name: no effect without report_to: mlflow"),
        new ConfigTexts(folder).read(ConfigTexts.MINIMAL + "mlflow_run_name: a\n").notices());
    assertEquals(
        List.of("wandb: an offline run is written, and wandb sync sends it; see docs/tracking.md"),
        new ConfigTexts(folder)
            .read(ConfigTexts.MINIMAL + "wandb_project: a\nwandb_mode: online\n")
            .notices());
    assertEquals(
        List.of(),
        new ConfigTexts(folder)
            .read(ConfigTexts.MINIMAL + "wandb_project: a\nwandb_mode: offline\n")
            .notices());
  }

  @Test
  void whatIsTrackedHasDefaultsAndNoSecret() {
    HoneConfig config =
        new ConfigTexts(folder)
            .read(
                ConfigTexts.MINIMAL + "warehouse: ${LAKE}/hone\nuse_wandb: ${ON}\n",
                Map.of("LAKE", "/planted", "ON", "true"));
    String effective = config.tracking().effective();
    assertTrue(effective.contains("\"warehouse\":\"${LAKE}/hone\""), effective);
    assertTrue(effective.contains("\"sequence_len\":512"), effective);
    assertTrue(effective.contains("\"sample_packing\":false"), effective);
    assertFalse(effective.contains("planted"), effective);
    assertEquals("true", config.tracking().settings().get("use_wandb"));
  }
}
