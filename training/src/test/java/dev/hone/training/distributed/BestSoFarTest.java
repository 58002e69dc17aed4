package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class BestSoFarTest {
  @TempDir private Path directory;

  @Test
  void theLowestLossOfWhatIsWritten() {
    BestSoFar best = new BestSoFar(BestRule.LOWEST_LOSS);
    best.add(loss(0, "a", 0.1));
    assertFalse(best.written(5), "nothing was measured there");
    assertEquals(OptionalLong.empty(), best.step());
    best.add(loss(10, "a", 2.1));
    assertTrue(best.written(10));
    best.add(loss(15, "a", 0.5));
    best.add(loss(20, "a", 1.5));
    best.add(loss(20, "b", 2.3));
    assertTrue(best.written(20), "1.9 is the mean of both");
    best.add(loss(30, "a", 1.9));
    assertFalse(best.written(30), "the first of equals");
    best.add(loss(40, "a", Double.NaN));
    assertFalse(best.written(40));
    assertEquals(OptionalLong.of(20), best.step());
  }

  @Test
  void moreCanBeBetterAndAMetricMustBeThere() {
    BestSoFar best = new BestSoFar(new BestRule("accuracy", true, true, false));
    best.add(loss(0, "a", 1));
    String message = assertThrows(HoneException.class, best::requireMeasured).getMessage();
    assertEquals(
        "metric_for_best_model 'accuracy' is not measured by the evaluations of this run; name one of eval_loss",
        message);
    best.add(new RankMessage.Evaluated(1, "a", "accuracy", 0.5, 1, Instant.EPOCH));
    best.add(new RankMessage.Evaluated(2, "a", "accuracy", 0.6, 1, Instant.EPOCH));
    best.requireMeasured();
    assertTrue(best.written(1));
    assertTrue(best.written(2));
  }

  @Test
  void aRunThatGoesOnKnowsTheBest() throws IOException {
    BestSoFar first = new BestSoFar(BestRule.LOWEST_LOSS);
    first.add(loss(10, "a", 1));
    first.written(10);
    Files.createDirectories(directory.resolve("trainer"));
    first.save(directory);

    BestSoFar second = new BestSoFar(BestRule.LOWEST_LOSS);
    second.resume(directory, Set.of(10L, 20L));
    assertEquals(OptionalLong.of(10), second.step());
    second.add(loss(30, "a", 1.5));
    assertFalse(second.written(30));

    BestSoFar withoutIt = new BestSoFar(BestRule.LOWEST_LOSS);
    withoutIt.resume(directory, Set.of(20L));
    assertEquals(OptionalLong.empty(), withoutIt.step());
    BestSoFar ofAnother = new BestSoFar(new BestRule("perplexity", false, true, false));
    ofAnother.resume(directory, Set.of(10L));
    assertEquals(OptionalLong.empty(), ofAnother.step());
  }

  private static RankMessage.Evaluated loss(long step, String dataset, double value) {
    return new RankMessage.Evaluated(step, dataset, "eval_loss", value, 1, Instant.EPOCH);
  }
}
