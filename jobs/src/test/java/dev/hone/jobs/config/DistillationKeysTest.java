package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.DistillationLoss.Divergence;
import dev.hone.training.objective.Distillation;
import dev.hone.training.objective.Supervised;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class DistillationKeysTest {
  private static final String HEAD =
      """
      base_model: /no/such/model
      learning_rate: 1e-4
      datasets: [{path: chats.jsonl, type: chat_template}]
      """;

  private static final String TAUGHT = "kd_trainer: true\nteacher_model: /no/such/teacher\n";

  @TempDir private Path folder;

  private HoneConfig read(String yaml) {
    return new ConfigTexts(folder).read(HEAD + yaml);
  }

  private DistillationLoss loss(String yaml) {
    return assertInstanceOf(Distillation.class, read(TAUGHT + yaml).training().objective()).loss();
  }

  private void refused(String yaml, String message) {
    List<String> problems = new ConfigTexts(folder).problems(HEAD + yaml);
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).contains(message), problems.get(0));
  }

  @Test
  void defaultsAreAxolotls() {
    HoneConfig config = read(TAUGHT);
    assertEquals(
        new Distillation(new DistillationLoss(Divergence.FORWARD, 1, 0.5, 0.9, 0.1), 0),
        config.training().objective());
    assertEquals(Optional.of(new Teacher("/no/such/teacher", 64)), config.training().teacher());
    assertEquals(List.of(), config.notices());
    List<String> missing = MissingFiles.of(config);
    assertTrue(
        missing.stream()
            .anyMatch(line -> line.contains("teacher_model: '/no/such/teacher' is not")),
        missing.toString());
  }

  @Test
  void everythingCanBeSaid() {
    HoneConfig config =
        read(
            TAUGHT
                + """
                kd_top_k: 1024
                kd_alpha: 0.5
                kd_ce_alpha: 0
                kd_temperature: 2
                kd_beta: 0.25
                kd_divergence: js
                neftune_noise_alpha: 5
                """);
    assertEquals(
        new Distillation(new DistillationLoss(Divergence.JS, 2, 0.25, 0.5, 0), 5),
        config.training().objective());
    assertEquals(1024, config.training().teacher().orElseThrow().topK());
  }

  /** Axolotl has no word for it: its kd_beta goes from forward to reverse. */
  @Test
  void betaAloneSaysWhichDivergence() {
    assertEquals(Divergence.FORWARD, loss("kd_beta: 0\n").divergence());
    assertEquals(Divergence.REVERSE, loss("kd_beta: 1\n").divergence());
    assertEquals(Divergence.JS, loss("kd_beta: 0.3\n").divergence());
    assertEquals(0.3, loss("kd_beta: 0.3\n").beta());
    assertEquals(Divergence.REVERSE, loss("kd_divergence: reverse\n").divergence());
    assertEquals(0.5, loss("kd_divergence: js\n").beta());
  }

  @Test
  void withoutATrainerNothingIsTaught() {
    HoneConfig config = read("teacher_model: /no/such/teacher\nkd_alpha: 0.5\n");
    assertEquals(Supervised.PLAIN, config.training().objective());
    assertEquals(Optional.empty(), config.training().teacher());
    assertEquals(
        List.of(
            "teacher_model: no effect without kd_trainer: true",
            "kd_alpha: no effect without kd_trainer: true"),
        config.notices());
    assertEquals(
        List.of("kd_beta: no effect with kd_divergence: reverse; it is for js"),
        read(TAUGHT + "kd_divergence: reverse\nkd_beta: 0.5\n").notices());
  }

  @Test
  void whatCannotBeIsRefused() {
    refused(
        "kd_trainer: true\n",
        "config.yaml:4: kd_trainer: true without a teacher; give its directory as teacher_model");
    refused(
        TAUGHT + "rl: dpo\n",
        "kd_trainer: true together with rl: dpo (config.yaml:6): a teacher is for supervised fine-tuning; keep one of the two");
    refused(
        TAUGHT + "loss_type: dft\n",
        "loss_type: dft together with kd_trainer (config.yaml:4), which has a loss of its own; remove one of the two");
    refused(TAUGHT + "label_smoothing_factor: 0.1\n", "label_smoothing_factor: 0.1 together with");
    refused(TAUGHT + "z_loss_multiplier: 0.1\n", "z_loss_multiplier: 0.1 together with");
    refused(
        TAUGHT + "kd_alpha: 0\nkd_ce_alpha: 0\n",
        "kd_alpha: 0 together with kd_ce_alpha: 0 leaves nothing to learn");
    refused(
        TAUGHT + "kd_divergence: js\nkd_beta: 1\n",
        "kd_beta: 1 together with kd_divergence: js, which lies between 0 and 1; use kd_divergence: reverse");
    refused(
        TAUGHT + "kd_top_k: 1025\n",
        "kd_top_k: '1025' is not a whole number of at least 1 and of at most 1024");
    refused(TAUGHT + "kd_temperature: 0\n", "kd_temperature: '0' is not");
    refused(TAUGHT + "kd_divergence: sideways\n", "kd_divergence");
    refused(
        "teacher_model_name_or_path: t\n",
        "teacher_model_name_or_path: 't' is not supported: its name is teacher_model");
    refused(TAUGHT + "kd_normalize_topk: true\n", "counts as one more outcome");
    refused(TAUGHT + "kd_online_topk: 128\n", "the teacher is the directory of teacher_model");
  }
}
