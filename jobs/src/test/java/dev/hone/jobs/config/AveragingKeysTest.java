package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.optimizer.Averaging;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AveragingKeysTest {
  @TempDir private Path folder;

  @Test
  void aDecayTurnsItOn() {
    assertEquals(Averaging.NONE, read("").training().averaging());
    assertEquals(new Averaging(0.999, 0, 1), read("ema_decay: 0.999\n").training().averaging());
    assertEquals(
        new Averaging(0.9, 100, 4),
        read("ema_decay: 0.9\nema_update_after_step: 100\nema_update_freq: 4\n")
            .training()
            .averaging());
  }

  @Test
  void withoutADecayTheOthersSayNothing() {
    assertEquals(
        List.of(
            "ema_update_freq: no effect without ema_decay, with which an average of the weights is"
                + " kept"),
        read("ema_update_freq: 4\n").notices());
  }

  @Test
  void aDecayIsBetweenNothingAndAll() {
    assertEquals(
        List.of("config.yaml:5: ema_decay: '1' is not a number above 0 and below 1"),
        new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + "ema_decay: 1\n"));
  }

  private HoneConfig read(String more) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + more);
  }
}
