package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.optimizer.OptimizerKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class OptimizerKeyTest {
  @TempDir private Path folder;

  @Test
  void everyNameOfEveryOptimizerIsAValueOfTheKey() {
    for (String name : OptimizerKind.allNames()) {
      assertEquals(name, read(name, "").training().optimizer());
    }
  }

  @Test
  void anotherNameIsRefusedWithThoseThatExist() {
    ConfigException thrown = assertThrows(ConfigException.class, () -> read("came_pytorch", ""));
    assertTrue(thrown.getMessage().contains("came_pytorch"), thrown.getMessage());
    for (String name : OptimizerKind.allNames()) {
      assertTrue(thrown.getMessage().contains(name), thrown.getMessage());
    }
  }

  @Test
  void whatRunsOtherwiseThanTheNameSaysIsTold() {
    assertEquals(List.of(), read("adamw_bnb_8bit", "").notices());
    assertEquals(
        List.of("optimizer: paged_adamw_8bit runs with its state in memory, not paged"),
        read("paged_adamw_8bit", "").notices());
    assertEquals(
        List.of("optimizer: lion_8bit runs with its state in f32"),
        read("lion_8bit", "").notices());
    assertEquals(
        List.of("optimizer: adamw_torch_4bit runs with its state in 8 bits"),
        read("adamw_torch_4bit", "").notices());
    assertEquals(
        List.of("adam_beta2, adam_epsilon: no effect with optimizer: adafactor"),
        read("adafactor", "adam_beta2: 0.95\nadam_epsilon: 1e-6\n").notices());
  }

  private HoneConfig read(String optimizer, String more) {
    return new ConfigTexts(folder)
        .read(
            """
            base_model: /models/base
            learning_rate: 2e-5
            optimizer: %s
            %sdatasets:
              - path: /data/completions.jsonl
                type: completion
            """
                .formatted(optimizer, more));
  }
}
