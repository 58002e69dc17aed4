package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.objective.Supervised;
import dev.hone.training.trainer.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of four steps whose second checkpoint is its best. */
@Tag("spark")
class BestModelTest {
  private static final String PREP = "prep-best";
  private static final ParityCase CASE = new ParityCase();

  @TempDir private Path directory;

  @Test
  void theFinishedModelIsTheBestOne() throws IOException {
    Warehouse warehouse =
        Warehouse.open(LocalSpark.session(2, Map.of()), directory.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, CASE.packs(PREP, "train"));
    Path out = directory.resolve("out");

    BestRule rule = new BestRule("eval_loss", false, false, true);
    RunResult result = TrainStage.run(warehouse, spec(out, "best", rule, 1), new RunObserver() {});

    Path best = out.resolve("checkpoint-2/model.safetensors");
    assertEquals(-1, Files.mismatch(best, out.resolve("model.safetensors")));
    assertTrue(Files.mismatch(best, out.resolve("checkpoint-4/model.safetensors")) >= 0);
    assertTrue(!Files.exists(out.resolve("trainer")), "the state is not the model's");
    List<Row> rows =
        warehouse
            .read(CheckpointRow.class)
            .where("run_id = 'best' AND best")
            .select("path", "step")
            .collectAsList();
    assertEquals(1, rows.size(), rows.toString());
    assertEquals(out.toString(), rows.get(0).getString(0));
    assertEquals(2, rows.get(0).getLong(1));
    assertEquals(
        List.of(out.toString()),
        result.checkpoints().stream()
            .filter(CheckpointRow::best)
            .map(CheckpointRow::path)
            .toList());

    String message =
        assertThrows(
                HoneException.class,
                () ->
                    TrainStage.run(
                        warehouse,
                        spec(directory.resolve("other"), "other", rule, 3),
                        new RunObserver() {}))
            .getMessage();
    assertTrue(message.contains("every 1 steps and evaluations every 3"), message);
  }

  /** It fails in its fourth evaluation, of which the third was worse already, and goes on. */
  @Test
  void aRunThatGetsNoBetterEndsEarlyAlsoIfItWasInterrupted() throws IOException {
    Warehouse warehouse =
        Warehouse.open(LocalSpark.session(2, Map.of()), directory.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, CASE.packs(PREP, "train"));
    Path out = directory.resolve("out");
    BestRule rule = new BestRule("eval_loss", false, false, true, 2, 0);
    TrainSpec failing = spec(out, "early", rule, 1, 6, new Told(4));
    assertThrows(
        HoneException.class, () -> TrainStage.run(warehouse, failing, new RunObserver() {}));

    List<String> told = new ArrayList<>();
    RunResult result =
        TrainStage.run(
            warehouse,
            spec(out, "early", rule, 1, 6, new Told(0)),
            3,
            new RunObserver() {
              @Override
              public void onEndedEarly(long step, long totalSteps, String reason) {
                told.add(step + " of " + totalSteps + ": " + reason);
              }
            });

    assertEquals(
        List.of("4 of 6: eval_loss has not been better than 1.0000 in 2 evaluations"), told);
    assertEquals(4, result.last().orElseThrow().step());
    assertEquals(
        -1,
        Files.mismatch(
            out.resolve("checkpoint-2/model.safetensors"), out.resolve("model.safetensors")));
    assertEquals(2, result.checkpoints().get(result.checkpoints().size() - 1).step());
    assertTrue(!Files.exists(out.resolve("checkpoint-5")));
    assertEquals(
        0, warehouse.read(MetricRow.class).where("step > 4").count(), "it has no fifth step");
  }

  private static TrainSpec spec(Path out, String run, BestRule rule, int evalSteps) {
    return spec(out, run, rule, evalSteps, 4, new Told(0));
  }

  private static TrainSpec spec(
      Path out, String run, BestRule rule, int evalSteps, long steps, Told told) {
    return new TrainSpec(
        run,
        PREP,
        new ModelSource(CASE.model().toString(), Optional.empty()),
        Supervised.PLAIN,
        OtherModels.NONE,
        Plans.evaluating(steps, OptionalDouble.of(evalSteps)),
        RankTeam.ALONE,
        out.toString(),
        rule,
        List.of(told),
        PackChoice.ALL);
  }

  /**
   * Says what was measured, without measuring.
   *
   * @param failing the step at which it fails; 0: none
   */
  private record Told(long failing) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step == failing && step > 0) {
        throw new HoneException("no measure at step " + step);
      }
      double[] losses = {9, 3, 1, 2, 1.5, 0.5, 0.4};
      subject
          .report()
          .accept(
              new RankMessage.Evaluated(
                  step, "told", "eval_loss", losses[(int) step], 1, Instant.EPOCH));
    }
  }
}
