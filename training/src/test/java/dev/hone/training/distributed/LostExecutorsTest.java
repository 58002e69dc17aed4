package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Plans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks in JVMs of their own, which are killed while they train. */
@Tag("cluster")
class LostExecutorsTest {
  private static final String PREP = "prep-1";
  private static final int STEPS = 6;
  private static final ParityCase CASE = new ParityCase();

  @TempDir private static Path home;
  private static SparkSession spark;
  private static Warehouse warehouse;

  @BeforeAll
  static void cluster() throws IOException {
    Map<String, String> settings = new HashMap<>(Warehouse.sparkConf());
    settings.put("spark.stage.maxConsecutiveAttempts", "2");
    spark = LocalCluster.start(home.resolve("spark"), 2, settings);
    warehouse = Warehouse.open(spark, home.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, CASE.packs(PREP, "train"));
  }

  @AfterAll
  static void stop() {
    LocalCluster.stop(spark);
  }

  /**
   * Killed before the checkpoint of a step. Spark repeats a stage only once here: another job takes
   * up where the one before gave up.
   */
  @Test
  void aRunThatLosesExecutorsIsTheUndisturbedOneBitByBit() throws IOException {
    List<Long> resumed = new ArrayList<>();
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onResumed(long step, String path) {
            resumed.add(step);
          }
        };
    TrainStage.run(warehouse, spec("quiet", List.of()), observer);
    assertEquals(List.of(), resumed);
    TrainStage.run(
        warehouse, spec("disturbed", List.of(new Killing(home.toString(), 2))), observer);

    assertEquals(List.of(1L, 3L), resumed);
    SafetensorsReader quiet = weights("quiet");
    SafetensorsReader disturbed = weights("disturbed");
    for (String name : quiet.names()) {
      assertArrayEquals(values(quiet, name), values(disturbed, name), name);
    }
    assertEquals(losses("quiet"), losses("disturbed"));
    assertEquals(STEPS, losses("disturbed").size());
  }

  /**
   * Kills its JVM after every so many steps, once.
   *
   * @param folder where it notes what it has done
   */
  private record Killing(String folder, int every) implements ModelProbe {
    @Override
    public boolean everyEvalSteps() {
      return true;
    }

    @Override
    public void measure(Subject subject, long step) {
      if (step % every != 0 || step == 0 || step == STEPS) {
        return;
      }
      try {
        Files.createFile(Path.of(folder, "killed-" + step));
        Runtime.getRuntime().halt(137);
      } catch (FileAlreadyExistsException e) {
        return; // once is enough
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static TrainSpec spec(String run, List<ModelProbe> probes) {
    TrainSpec alone =
        new TrainSpec(
            run,
            PREP,
            new ModelSource(CASE.model().toString(), Optional.empty()),
            Plans.saving(1, 2, STEPS, 1e-2, 1),
            home.resolve(run).toString(),
            probes);
    return new TrainSpec(
        run,
        PREP,
        alone.model(),
        alone.objective(),
        alone.others(),
        alone.arguments(),
        RankTeam.of(Ranks.gradients(2)),
        alone.outputDir(),
        probes);
  }

  private static List<Double> losses(String run) {
    return warehouse
        .read(MetricRow.class)
        .where("run_id = '" + run + "' AND name = 'loss'")
        .orderBy("step")
        .select("value")
        .collectAsList()
        .stream()
        .map(row -> row.getDouble(0))
        .toList();
  }

  private static SafetensorsReader weights(String run) {
    return SafetensorsReader.open(home.resolve(run).resolve("model.safetensors"));
  }

  private static float[] values(SafetensorsReader file, String name) {
    float[] values = new float[Math.toIntExact(file.info(name).elements())];
    file.readFloats(name, 0, FloatBuffer.wrap(values));
    return values;
  }
}
