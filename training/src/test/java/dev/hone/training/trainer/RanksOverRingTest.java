package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.training.collective.Payload;
import dev.hone.training.collective.RingOptions;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.objective.Supervised;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.Ranks;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that talk through sockets, as they do between machines. */
@Tag("parity")
class RanksOverRingTest {
  private static final RingOptions RING = RingOptions.of(Duration.ofSeconds(60));
  private static final Ranks THREE = new Ranks(3, new Averaged.Gradients(256));

  @TempDir private Path folder;

  @Test
  void takeTheStepsOfOneRank() throws Exception {
    RankedRun run = new RankedRun(Supervised.PLAIN, RanksTest.model(folder, false), RanksTest.ROWS);
    List<StepMetrics> one = run.run(Plans.steps(1, 6, 20, 2e-3), Ranks.ONE).get(0).metrics();
    List<RankedRun.Result> ring = run.over(RING).run(Plans.steps(1, 2, 20, 2e-3), THREE);
    RanksTest.near(1e-6, one.get(0), ring.get(0).metrics().get(0));
    for (RankedRun.Result rank : ring) {
      for (int step = 0; step < 20; step++) {
        RanksTest.near(1e-4, one.get(step), rank.metrics().get(step));
      }
      RanksTest.assertSame(ring.get(0).values(), rank.values());
    }
  }

  /** A rank that needs long for its packs computes for so long, and the others wait. */
  @Test
  void whoIsSlowAndWhoWaitsIsTold() throws Exception {
    double slow = 0.2;
    RankedRun run =
        new RankedRun(
            Supervised.PLAIN,
            RanksTest.model(folder, false),
            new PackSource() {
              @Override
              public long size() {
                return RanksTest.ROWS.size();
              }

              @Override
              public int longest() {
                return RanksTest.ROWS.longest();
              }

              @Override
              public PackedRow read(long number) {
                LockSupport.parkNanos(number == 0 ? (long) (slow * 1e9) : 0);
                return RanksTest.ROWS.read(number);
              }
            });
    // Of 11 packs one step of three times four has each, the slow one too.
    StepMetrics step =
        run.over(RING).run(Plans.steps(1, 4, 3, 2e-3), THREE).get(0).metrics().get(2);
    assertTrue(
        step.ranks().stream().mapToDouble(RankSteps::stepSeconds).max().orElseThrow() >= slow,
        step::toString);
    for (RankSteps rank : step.ranks()) {
      assertTrue(rank.stepSeconds() + rank.waitingSeconds() >= slow, step::toString);
      assertTrue(rank.stepSeconds() + rank.waitingSeconds() <= step.stepSeconds() * (1 + 1e-9));
      assertTrue(rank.rssBytes() > 10_000_000, step::toString);
    }
    assertTrue(
        step.ranks().stream().mapToDouble(RankSteps::waitingSeconds).max().orElseThrow() > slow / 3,
        step::toString);
  }

  /** What is saved is what each rank holds in f32, not what the others were told of it. */
  @Test
  void numbersThatTravelInHalfAreSavedWhole() throws Exception {
    RankedRun run =
        new RankedRun(Supervised.PLAIN, RanksTest.model(folder, false), RanksTest.ROWS)
            .over(RING.withPayload(Payload.BF16));
    List<RankedRun.Result> ring = run.savingTo(folder).run(Plans.saving(1, 2, 6, 2e-3, 6), THREE);
    for (RankedRun.Result rank : ring) {
      RanksTest.assertSame(ring.get(0).values(), rank.values());
    }
    SafetensorsReader saved =
        SafetensorsReader.open(folder.resolve("trainer/parameters.safetensors"));
    long halves = 0;
    long all = 0;
    for (String name : saved.names()) {
      FloatBuffer values = FloatBuffer.allocate((int) saved.info(name).elements());
      saved.readFloats(name, 0, values);
      for (float value : values.array()) {
        halves += (Float.floatToRawIntBits(value) & 0xFFFF) == 0 ? 1 : 0;
        all++;
      }
    }
    assertNotEquals(0, all);
    assertTrue(halves < all / 100, halves + " of " + all + " were rounded");
    List<StepMetrics> metrics = ring.get(0).metrics();
    assertTrue(metrics.get(5).loss() < metrics.get(0).loss());
    assertEquals(metrics.get(5).loss(), ring.get(2).metrics().get(5).loss());
  }
}
