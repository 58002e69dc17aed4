package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.schedule.CosineDecay;
import dev.hone.training.schedule.CosineRestarts;
import dev.hone.training.schedule.LrSchedulers;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ScheduleKeysTest {
  @TempDir private Path folder;

  @Test
  void everyScheduleIsAValueOfTheKey() {
    assertEquals(
        LrSchedulers.names(),
        new HashSet<>(KeyTable.topLevel().find("lr_scheduler").orElseThrow().choices()));
  }

  @Test
  void optionsAndAxolotlsKeysOfCosineHold() {
    assertEquals(
        new CosineRestarts(3),
        read("lr_scheduler: cosine_with_restarts\nlr_scheduler_kwargs: {num_cycles: 3}\n")
            .training()
            .lrScheduler());
    assertEquals(
        new CosineDecay(0.5, 0.1, 0.8, true),
        read("cosine_min_lr_ratio: 0.1\ncosine_constant_lr_ratio: 0.8\nlr_quadratic_warmup: true\n")
            .training()
            .lrScheduler());
  }

  @Test
  void whatHasNoEffectIsTold() {
    HoneConfig alone = read("cosine_constant_lr_ratio: 0.8\n");
    assertEquals(new CosineDecay(0.5, 0, 1, false), alone.training().lrScheduler());
    assertEquals(
        List.of(
            "cosine_constant_lr_ratio: no effect without cosine_min_lr_ratio, the rate that it holds"),
        alone.notices());
    assertEquals(
        List.of("cosine_min_lr_ratio: no effect with lr_scheduler: linear; it is for cosine"),
        read("lr_scheduler: linear\ncosine_min_lr_ratio: 0.1\n").notices());
  }

  @Test
  void anOptionThatDoesNotFitIsAProblemOfItsLine() {
    assertEquals(
        List.of(
            "config.yaml:6: lr_scheduler_kwargs: power is no option of lr_scheduler: linear, which"
                + " has none; remove it"),
        new ConfigTexts(folder)
            .problems(
                ConfigTexts.MINIMAL + "lr_scheduler: linear\nlr_scheduler_kwargs: {power: 2}\n"));
  }

  private HoneConfig read(String more) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + more);
  }
}
