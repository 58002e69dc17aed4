package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Plans;
import dev.hone.training.trainer.StepMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
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
  private static final String BACKEND = "CoarseGrainedExecutorBackend";
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
    TrainStage.run(warehouse, spec("quiet", STEPS, List.of()), observer);
    assertEquals(List.of(), resumed);
    TrainStage.run(
        warehouse, spec("disturbed", STEPS, List.of(new Killing(home.toString(), 2))), observer);

    assertEquals(List.of(1L, 3L), resumed);
    assertSame("quiet", "disturbed", STEPS);
  }

  private static void assertSame(String quiet, String disturbed, int steps) {
    SafetensorsReader expected = weights(quiet);
    SafetensorsReader actual = weights(disturbed);
    for (String name : expected.names()) {
      assertArrayEquals(values(expected, name), values(actual, name), name);
    }
    assertEquals(losses(quiet), losses(disturbed));
    assertEquals(steps, losses(disturbed).size());
  }

  /** So many as {@code -Dhone.kills} says, at any moment. */
  @Test
  @Tag("slow")
  void executorsMayDieAtAnyMoment() throws Exception {
    int kills = Integer.getInteger("hone.kills", 5);
    int steps = 40 * kills;
    TrainStage.run(warehouse, spec("calm", steps, List.of()), new RunObserver() {});
    Killer killer = new Killer(kills, new Random(17));
    Thread thread = new Thread(killer);
    thread.start();
    try {
      TrainStage.run(warehouse, spec("storm", steps, List.of()), killer);
    } finally {
      thread.interrupt();
      thread.join();
    }
    assertEquals(kills, killer.killed(), "the run was over before");
    assertSame("calm", "storm", steps);
  }

  /** Kills an executor at random, then waits until training goes on. */
  private static final class Killer implements RunObserver, Runnable {
    private final int kills;
    private final Random random;
    private final Semaphore steps = new Semaphore(0);
    private volatile int killed;

    Killer(int kills, Random random) {
      this.kills = kills;
      this.random = random;
    }

    int killed() {
      return killed;
    }

    @Override
    public void onMetrics(StepMetrics metrics, long totalSteps, Duration remaining) {
      steps.release();
    }

    @Override
    public void run() {
      try {
        while (killed < kills) {
          steps.acquire(1 + random.nextInt(20));
          Thread.sleep(random.nextInt(200));
          List<ProcessHandle> executors =
              ProcessHandle.current()
                  .descendants()
                  .filter(process -> process.info().commandLine().orElse("").contains(BACKEND))
                  .toList();
          if (!executors.isEmpty()) {
            executors.get(random.nextInt(executors.size())).destroyForcibly();
            killed++;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
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

  private static TrainSpec spec(String run, int steps, List<ModelProbe> probes) {
    TrainSpec alone =
        new TrainSpec(
            run,
            PREP,
            new ModelSource(CASE.model().toString(), Optional.empty()),
            Plans.saving(1, 2, steps, 1e-2, 1),
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
