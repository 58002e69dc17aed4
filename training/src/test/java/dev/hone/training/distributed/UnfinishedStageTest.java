package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.formats.tables.EvalPackRow;
import dev.hone.formats.tables.EvalRewardRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.Saved;
import dev.hone.training.collective.Payload;
import dev.hone.training.data.PackedRow;
import dev.hone.training.model.LossSum;
import dev.hone.training.objective.PairRewards;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.TrainArguments;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training that cannot be done or finished leaves behind, and says. */
@Tag("spark")
class UnfinishedStageTest {
  private static final ParityCase CASE = new ParityCase();

  private static ParityTables tables;
  private static Warehouse warehouse;

  @TempDir private Path directory;

  @BeforeAll
  static void openTables() {
    tables = ParityTables.open();
    warehouse = tables.warehouse();
  }

  @Test
  void aFailedLastEvaluationLosesNoModel() {
    ModelProbe failing = new FailsAfterTraining();
    TrainSpec spec =
        Specs.by(
            RankTeam.ALONE,
            Specs.alone("unmeasured", directory, Plans.steps(1, 1, 1, 1e-3), Optional.empty()),
            List.of(failing));
    HoneException thrown = assertThrows(HoneException.class, () -> tables.run(spec));
    assertEquals("no measure at step 1", thrown.getMessage());
    ModelDirectory.open(directory.resolve("unmeasured"));
    assertEquals(List.of(directory.resolve("unmeasured").toString()), checkpoints("unmeasured"));
  }

  /**
   * The second rank alone cannot measure in the end; what it says of it is told, and nobody waits.
   * Until then both have the same weights where they measure, however these travel.
   */
  @Test
  void aRankThatCannotMeasureEndsTheRunAndLosesNoModel() {
    TrainSpec spec =
        Specs.by(
            new RankTeam(Ranks.gradients(2), RankTeam.USUAL_TIMEOUT, Payload.BF16),
            Specs.alone(
                "half", directory, Plans.evaluating(2, OptionalDouble.of(1)), Optional.empty()),
            List.of(new OneOfTwoFails()));
    HoneException thrown = assertThrows(HoneException.class, () -> tables.run(spec));
    assertEquals("no tokenizer on rank 1 at step 2", thrown.getMessage());
    ModelDirectory.open(directory.resolve("half"));
    assertTrue(checkpoints("half").contains(directory.resolve("half").toString()));
  }

  @Test
  void aDeletedCheckpointIsTakenOutOfTheTable() {
    RankMessage older = written("deleted/checkpoint-1", 1);
    record(older);
    record(written("deleted/checkpoint-2", 2), written("deleted/checkpoint-3", 3));
    assertEquals(3, checkpoints("deleted").size());
    RunResult result =
        record(
            new RankMessage.Deleted("deleted/checkpoint-1"),
            written("deleted/checkpoint-4", 4),
            written("deleted/checkpoint-5", 5),
            new RankMessage.Deleted("deleted/checkpoint-4"));
    assertEquals(
        List.of("deleted/checkpoint-2", "deleted/checkpoint-3", "deleted/checkpoint-5"),
        checkpoints("deleted"));
    assertEquals(1, result.checkpoints().size());
  }

  /** A step that is done again is measured again. */
  @Test
  void whatPacksAndPairsCameToIsWrittenOnce() {
    List<LossSum> losses = List.of(LossSum.ZERO, LossSum.ZERO);
    PairRewards rewards = PairRewards.of(new double[] {2, 1, 0.5, -1, 0, 0});
    RankMessage packs = new RankMessage.EvaluatedPacks(3, "set", losses);
    RankMessage pairs = new RankMessage.EvaluatedPairs(3, "set", rewards);
    record(packs, pairs, packs, pairs);
    RunRecorder again =
        new RunRecorder(warehouse, "deleted", 5, new RunObserver() {}, RunRecorder.COMMIT_INTERVAL);
    try (again) {
      again.recall();
      again.accept(packs);
      again.accept(pairs);
      again.accept(new RankMessage.EvaluatedPairs(4, "set", rewards));
    }
    assertEquals(2, warehouse.read(EvalPackRow.class).where("run_id = 'deleted'").count());
    List<EvalRewardRow> rows =
        Rows.of(EvalRewardRow.class)
            .collect(warehouse.read(EvalRewardRow.class).orderBy("step", "pair"));
    assertEquals(
        List.of(
            new EvalRewardRow("deleted", 3, "set", 0, 2, 1),
            new EvalRewardRow("deleted", 3, "set", 1, 0.5f, -1),
            new EvalRewardRow("deleted", 3, "set", 2, 0, 0)),
        rows.subList(0, 3));
    assertEquals(List.of(3L, 3L, 3L, 4L, 4L, 4L), rows.stream().map(EvalRewardRow::step).toList());
  }

  private static RankMessage written(String path, long step) {
    return new RankMessage.Written(new Saved(step, path, "hf", 1, "0"), false, Instant.EPOCH);
  }

  private static RunResult record(RankMessage... messages) {
    RunRecorder recorder =
        new RunRecorder(warehouse, "deleted", 5, new RunObserver() {}, RunRecorder.COMMIT_INTERVAL);
    try (recorder) {
      Stream.of(messages).forEach(recorder);
    }
    return recorder.result();
  }

  /** A probe that works until the training is over. */
  private static final class FailsAfterTraining implements ModelProbe {
    private static final long serialVersionUID = 1;

    @Override
    public boolean everyEvalSteps() {
      return false;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step > 0) {
        throw new HoneException("no measure at step " + step);
      }
    }
  }

  /** Both ranks compare what their models say; after two steps the second fails. */
  private static final class OneOfTwoFails implements ModelProbe {
    private static final long serialVersionUID = 1;

    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public boolean shared() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step == 2 && subject.ranks().rank() == 1) {
        throw new HoneException("no tokenizer on rank 1 at step " + step);
      }
      float[] logits =
          subject.model().logits(new PackedRow(new int[] {5, 7}, new float[2], new int[] {0}), 1);
      double[][] all = subject.ranks().rows(subject.model().maxTokens(), Arrays.hashCode(logits));
      if (all.length != 2 || !Arrays.equals(all[0], all[1])) {
        throw new HoneException("ranks differ at step " + step + Arrays.deepToString(all));
      }
    }
  }

  private static List<String> checkpoints(String runId) {
    return warehouse
        .read(CheckpointRow.class)
        .where("run_id = '" + runId + "'")
        .orderBy("step")
        .select("path")
        .as(Encoders.STRING())
        .collectAsList();
  }

  @Test
  void aBrokenModelGivesOneLineAndNoOutput() throws IOException {
    Path broken = Files.createDirectories(directory.resolve("broken"));
    for (String name : names(CASE.model())) {
      Files.copy(CASE.model().resolve(name), broken.resolve(name));
    }
    try (RandomAccessFile file =
        new RandomAccessFile(broken.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() - 3);
    }
    TrainSpec spec =
        new TrainSpec(
            "broken",
            Specs.PREP,
            new ModelSource(broken.toString(), Optional.empty()),
            Plans.steps(1, 1, 2, 1e-3),
            directory.resolve("out").toString(),
            List.of());
    HoneException thrown = assertThrows(HoneException.class, () -> tables.run(spec));
    assertTrue(thrown.getMessage().contains("model.safetensors"), thrown.getMessage());
    assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    assertEquals(List.of("broken"), names(directory));
  }

  @Test
  void whatCannotWorkIsRefusedBeforeAnythingIsLoaded() throws IOException {
    TrainArguments arguments = Plans.steps(1, 1, 2, 1e-3);
    ModelSource nowhere = new ModelSource("/no/such/model", Optional.empty());
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("notes.txt"), "mine");

    assertRefused(
        new TrainSpec("r", Specs.PREP, nowhere, arguments, foreign.toString(), List.of()),
        "notes.txt");
    assertRefused(
        new TrainSpec(
            "r", "no prep", nowhere, arguments, directory.resolve("x").toString(), List.of()),
        "0 packs");
    assertRefused(
        new TrainSpec(
            "r",
            Specs.PREP,
            new ModelSource(directory.resolve("x").toString(), Optional.empty()),
            arguments,
            directory.resolve("x").toString(),
            List.of()),
        "base model would be overwritten");
  }

  private static void assertRefused(TrainSpec spec, String problem) {
    HoneException thrown = assertThrows(HoneException.class, () -> tables.run(spec));
    assertTrue(thrown.getMessage().contains(problem), thrown.getMessage());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
