package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.checkpoint.TrainerState;
import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.TinyModel;
import dev.hone.training.objective.Supervised;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that go on from a checkpoint. */
@Tag("parity")
class RanksResumeTest {
  @TempDir private Path folder;

  @Test
  void aRunGoesOnFromItsStateToTheLastBit() throws Exception {
    RankedRun run =
        new RankedRun(Supervised.PLAIN, RanksTest.model(folder, false), RanksTest.ROWS)
            .toTheLastBit();
    Ranks two = Ranks.gradients(2);
    List<RankedRun.Result> whole = run.run(Plans.steps(1, 2, 12, 2e-3), two);
    run.savingTo(folder).run(Plans.saving(1, 2, 4, 2e-3, 4), two);
    List<RankedRun.Result> rest = run.from(folder).run(Plans.steps(1, 2, 12, 2e-3), two);
    assertEquals(
        RanksTest.untimed(whole.get(1).metrics().subList(4, 12)),
        RanksTest.untimed(rest.get(1).metrics()));
    RanksTest.assertSame(whole.get(1).values(), rest.get(1).values());
  }

  /** A checkpoint after 5 steps is one after 6, when ranks have the same weights. */
  @Test
  void ranksThatStepApartSaveWhenTheyMeet() throws Exception {
    Ranks apart = new Ranks(4, new Averaged.Parameters(3, new OuterStep(0.7, 0.9)));
    RankedRun run =
        new RankedRun(Supervised.PLAIN, RanksTest.model(folder, false), RanksTest.ROWS)
            .toTheLastBit();
    List<RankedRun.Result> whole = run.savingTo(folder).run(Plans.saving(1, 1, 9, 2e-2, 5), apart);
    assertEquals(6, TrainerState.progress(folder).step());
    List<RankedRun.Result> rest = run.from(folder).run(Plans.steps(1, 1, 9, 2e-2), apart);
    for (int rank = 0; rank < 4; rank++) {
      List<StepMetrics> metrics = whole.get(rank).metrics();
      RanksTest.assertSame(whole.get(0).values(), rest.get(rank).values());
      assertEquals(RanksTest.untimed(whole.get(0).metrics()), RanksTest.untimed(metrics));
      assertEquals(
          RanksTest.untimed(metrics.subList(6, 9)), RanksTest.untimed(rest.get(rank).metrics()));
      assertTrue(metrics.get(6).loss() < metrics.get(0).loss());
    }
  }

  @Test
  void itGoesOnWithAnyNumberOfRanks() throws Exception {
    RankedRun run = new RankedRun(Supervised.PLAIN, RanksTest.model(folder, false), RanksTest.ROWS);
    List<StepMetrics> whole = run.run(Plans.steps(1, 4, 50, 2e-3), Ranks.ONE).get(0).metrics();
    run.savingTo(folder).run(Plans.saving(1, 2, 10, 2e-3, 10), Ranks.gradients(2));
    run.from(folder).savingTo(folder).run(Plans.saving(1, 1, 20, 2e-3, 20), Ranks.gradients(4));
    List<StepMetrics> rest =
        run.from(folder).run(Plans.steps(1, 4, 50, 2e-3), Ranks.ONE).get(0).metrics();
    assertEquals(30, rest.size());
    for (int i = 0; i < 30; i++) {
      RanksTest.near(1e-4, whole.get(20 + i), rest.get(i));
    }
  }

  @Test
  void anotherSeedIsRefused() throws Exception {
    RankedRun run = new RankedRun(Supervised.PLAIN, RanksTest.model(folder, true), RanksTest.ROWS);
    run.savingTo(folder).run(Plans.saving(1, 2, 1, 2e-3, 1), Ranks.ONE);
    Path state = folder.resolve("trainer/state.json");
    Files.writeString(state, Files.readString(state).replaceAll("\"seed\" *: *7", "\"seed\":8"));
    HoneException thrown =
        assertThrows(
            HoneException.class, () -> run.from(folder).run(Plans.steps(1, 2, 2, 2e-3), Ranks.ONE));
    assertTrue(thrown.getMessage().contains("saved with seed 8, and seed is 7"));
  }

  /** Also after a rank has gone on from a checkpoint. */
  @Test
  void everyRankReadsItsOwnPacks() throws Exception {
    List<List<Long>> read = List.of(new ArrayList<>(), new ArrayList<>());
    for (long done : new long[] {0, 4}) {
      TrainPlan plan =
          TrainPlan.of(Plans.steps(2, 1, 9, 2e-3), RanksTest.ROWS.size(), Ranks.gradients(2));
      ThreadTeam.run(
          2,
          ranks -> {
            List<Long> mine = read.get(ranks.rank());
            mine.clear();
            UnigramModel model = new UnigramModel(TinyModel.VOCABULARY);
            PackSource noted = new NotedPacks(RanksTest.ROWS, mine);
            Trainer trainer =
                new Trainer(plan, model, model.kernels, noted, ranks, new TrainerListener() {});
            if (done > 0) {
              trainer.resume(folder);
            }
            trainer.run();
            if (ranks.rank() == 0) {
              trainer.saveState(folder);
            } else {
              trainer.sendState();
            }
            return 0;
          });
      Path state = folder.resolve("trainer/state.json");
      Files.writeString(
          state, Files.readString(state).replaceAll("\"global_step\" *: *9", "\"global_step\":4"));
      for (int rank = 0; rank < 2; rank++) {
        List<Long> expected = new ArrayList<>();
        plan.steps(rank, done).forEach(step -> step.forEach(packs -> add(packs, expected)));
        assertEquals(expected, read.get(rank));
      }
    }
    assertEquals(List.of(4L, 5L), read.get(0).subList(0, 2), "the second step of an epoch");
  }

  private static void add(long[] packs, List<Long> to) {
    for (long pack : packs) {
      to.add(pack);
    }
  }

  /** Packs that note who is read. */
  private record NotedPacks(PackList packs, List<Long> read) implements PackSource {
    @Override
    public long size() {
      return packs.size();
    }

    @Override
    public int longest() {
      return packs.longest();
    }

    @Override
    public PackedRow read(long pack) {
      read.add(pack);
      return packs.read(pack);
    }
  }
}
