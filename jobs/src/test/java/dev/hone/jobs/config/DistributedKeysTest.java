package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.training.collective.Payload;
import dev.hone.training.distributed.RankTeam;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class DistributedKeysTest {
  @TempDir private Path folder;

  @Test
  void oneRankIsTheDefault() {
    assertEquals(RankTeam.ALONE, read("").training().team());
  }

  @Test
  void ranksAverageGradientsUnlessTheySayOtherwise() {
    assertEquals(RankTeam.of(Ranks.gradients(4)), read("workers: 4\n").training().team());
    assertEquals(
        new RankTeam(Ranks.gradients(2), Duration.ofSeconds(90), Payload.BF16),
        read("workers: 2\ndistributed: {timeout: 90, payload: bf16}\n").training().team());
  }

  @Test
  void theyMayTakeStepsOfTheirOwn() {
    String plain = "workers: 2\ndistributed: {mode: parameter_averaging, averaging_frequency: 8}\n";
    assertEquals(
        new Averaged.Parameters(8, OuterStep.NONE),
        read(plain).training().team().ranks().averaging());
    assertEquals(
        new Averaged.Parameters(16, new OuterStep(0.7, 0.8)),
        read("workers: 2\ndistributed:\n  mode: parameter_averaging\n  outer: nesterov\n  outer_momentum: 0.8\n")
            .training()
            .team()
            .ranks()
            .averaging());
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() {
    assertEquals(
        List.of(
            "config.yaml:6: distributed.mode: 'ring' is not one of gradient_averaging, parameter_averaging",
            "config.yaml:6: distributed.averaging_frequenzy: unknown key; did you mean averaging_frequency?"),
        problems("workers: 2\ndistributed: {mode: ring, averaging_frequenzy: 2}\n"));
    assertEquals(
        List.of(
            "config.yaml:6: distributed.payload: bf16 would round the weights themselves under mode: parameter_averaging; set payload: f32"),
        problems("workers: 2\ndistributed: {mode: parameter_averaging, payload: bf16}\n"));
    assertEquals(
        List.of("config.yaml:5: distributed: '4' is not a mapping of keys"),
        problems("distributed: 4\n"));
  }

  @Test
  void whatHasNoEffectIsNoticed() {
    assertEquals(
        List.of(
            "distributed: no effect with workers: 1",
            "distributed.averaging_frequency: no effect without mode: parameter_averaging",
            "distributed.outer_momentum: no effect without outer: nesterov"),
        read("distributed: {averaging_frequency: 8, outer_momentum: 0.5}\n").notices());
  }

  private List<String> problems(String more) {
    return new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + more);
  }

  private HoneConfig read(String more) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + more);
  }
}
