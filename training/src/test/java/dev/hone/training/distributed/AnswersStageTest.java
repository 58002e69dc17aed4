package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs of answers and labelled ones through the barrier stage. */
@Tag("spark")
class AnswersStageTest {
  private static final ParityCase CASE = new ParityCase();

  private static ParityTables tables;
  private static Warehouse warehouse;

  @TempDir private Path directory;

  @BeforeAll
  static void openTables() {
    tables = ParityTables.open();
    warehouse = tables.warehouse();
  }

  /** The adapter that is continued is its own reference, so that the first loss is log 2. */
  @Test
  void pairsOfAnswersAreLearnedFrom() throws IOException {
    warehouse.append(PackRow.class, CASE.pairs("pairs"));
    ModelSource.Adapter adapter =
        new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toString()));
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            "dpo",
            "pairs",
            new ModelSource(CASE.model().toString(), Optional.of(adapter)),
            Preferences.of(PairLossType.SIGMOID, 0.1),
            Plans.steps(2, 2, 4, 1e-3),
            directory.resolve("dpo").toString(),
            List.of()),
        new RunObserver() {
          @Override
          public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
            observed.add(metrics);
          }
        });
    assertEquals(Math.log(2), observed.get(0).loss(), 1e-6);
    assertTrue(observed.get(3).loss() < observed.get(0).loss() - 0.01, observed::toString);
    assertEquals(1, observed.get(3).ofObjective().get("rewards/accuracies"));
    tables.assertMetrics("dpo", observed);
  }

  /** As above; two epochs give the answers other neighbours, and all of them were asked for. */
  @Test
  void labelledAnswersAreLearnedFrom() throws IOException {
    warehouse.append(PackRow.class, CASE.labelled("labelled"));
    ModelSource.Adapter adapter =
        new ModelSource.Adapter(4, 8, 0, List.of(), Optional.of(CASE.adapter().toString()));
    List<StepMetrics> observed = new ArrayList<>();
    TrainStage.run(
        warehouse,
        new TrainSpec(
            "kto",
            "labelled",
            new ModelSource(CASE.model().toString(), Optional.of(adapter)),
            new Kto(0.1, 1, 1, true),
            Plans.steps(1, 2, 12, 1e-3),
            directory.resolve("kto").toString(),
            List.of()),
        new RunObserver() {
          @Override
          public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
            observed.add(metrics);
          }
        });
    assertEquals(0.5, observed.get(0).loss(), 1e-6);
    assertTrue(observed.get(11).loss() < 0.49, observed::toString);
    assertTrue(observed.get(11).ofObjective().get("rewards/margins") > 0.05, observed::toString);
    assertTrue(
        observed.stream().anyMatch(metrics -> metrics.ofObjective().get("kl") > 0),
        observed::toString);
    tables.assertMetrics("kto", observed);
  }
}
