package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.TrainArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that was cut off goes on from its checkpoint. */
@Tag("spark")
class ResumedStageTest {
  private static Warehouse warehouse;

  @TempDir private Path directory;

  @BeforeAll
  static void openTables() {
    warehouse = ParityTables.open().warehouse();
  }

  /**
   * Cut off after a checkpoint, taken up by another number of ranks, or by the same: bit by bit.
   */
  @Test
  void aRunGoesOnFromItsCheckpoint() {
    TrainArguments two = Plans.saving(1, 2, 7, 1e-2, 3);
    TrainArguments one = Plans.saving(1, 4, 7, 1e-2, 3);
    run(ranked("whole", two, 2, List.of()), 0);
    SafetensorsReader whole = SavedWeights.of(directory.resolve("whole"));

    for (int ranks : new int[] {2, 1}) {
      String name = "cut-" + ranks;
      TrainSpec failing = ranked(name, Plans.saving(1, 2, 7, 1e-2, 3), 2, List.of(new FailsAt(5)));
      assertEquals(
          "no more", assertThrows(HoneException.class, () -> run(failing, 0)).getMessage());
      assertEquals(3, TrainStage.resumable(warehouse, name, failing.outputDir()));
      RunResult rest = run(ranked(name, ranks == 2 ? two : one, ranks, List.of()), 3);
      assertEquals(
          List.of("checkpoint-3", "checkpoint-6", name),
          rest.checkpoints().stream()
              .map(row -> Path.of(row.path()).getFileName().toString())
              .toList());
      assertEquals(3, warehouse.read(CheckpointRow.class).where("run_id = '" + name + "'").count());
      SafetensorsReader after = SavedWeights.of(directory.resolve(name));
      for (String tensor : whole.names()) {
        assertArrayEquals(
            SavedWeights.values(whole, tensor),
            SavedWeights.values(after, tensor),
            ranks == 2 ? 0 : 1e-5f);
      }
    }
  }

  /** What was changed after it was written is found before anything is trained with it. */
  @Test
  void aChangedByteOfACheckpointIsFound() throws IOException {
    TrainArguments arguments = Plans.saving(1, 1, 7, 1e-2, 3);
    assertThrows(
        HoneException.class, () -> run(ranked("spoilt", arguments, 1, List.of(new FailsAt(5))), 0));
    Path file = directory.resolve("spoilt/checkpoint-3/trainer/parameters.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    String message =
        assertThrows(HoneException.class, () -> run(ranked("spoilt", arguments, 1, List.of()), 3))
            .getMessage();
    assertTrue(message.startsWith(file + " has " + bytes.length + " bytes with SHA-256"), message);
  }

  private record FailsAt(long failing) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step == failing) {
        throw new HoneException("no more");
      }
    }
  }

  private static RunResult run(TrainSpec spec, long from) {
    return TrainStage.run(warehouse, spec, from, new RunObserver() {});
  }

  private TrainSpec ranked(
      String run, TrainArguments arguments, int ranks, List<ModelProbe> probes) {
    return Specs.by(
        RankTeam.of(Ranks.gradients(ranks)),
        Specs.alone(run, directory, arguments, Optional.empty()),
        probes);
  }
}
