package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * A warehouse with the packs of {@link ParityCase}, made once in a JVM, as that takes longer than
 * most of what is tested in it.
 */
final class ParityTables {
  private final Warehouse warehouse;

  private ParityTables(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** The folder, until the JVM ends. */
  private static final class Folder {
    static final Path PATH = filled();

    private static Path filled() {
      try {
        Path folder = Files.createTempDirectory("parity-tables");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        ParityCase data = new ParityCase();
        Warehouse made = Warehouse.open(session(), folder.toString());
        made.create();
        made.append(PackRow.class, data.packs(Specs.PREP, "train"));
        made.append(PackRow.class, data.packs("another prep", "train"));
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Opens it in the session that there is now: another test may have stopped an earlier one. */
  static ParityTables open() {
    return new ParityTables(Warehouse.open(session(), Folder.PATH.toString()));
  }

  private static SparkSession session() {
    return LocalSpark.session(2, Map.of());
  }

  Warehouse warehouse() {
    return warehouse;
  }

  /** Trains, and tells nobody. */
  RunResult run(TrainSpec spec) {
    return TrainStage.run(warehouse, spec, new RunObserver() {});
  }

  /** What an observer was told is in {@code metrics}, and nothing else of the run. */
  void assertMetrics(String runId, List<StepMetrics> observed) {
    for (String name : observed.get(0).byName().keySet()) {
      List<Double> values =
          warehouse
              .read(MetricRow.class)
              .where("run_id = '" + runId + "' AND name = '" + name + "'")
              .orderBy("step")
              .select("value")
              .collectAsList()
              .stream()
              .map(row -> row.getDouble(0))
              .toList();
      assertEquals(observed.stream().map(m -> m.byName().get(name)).toList(), values, name);
    }
  }
}
