package dev.hone.training.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.safetensors.SafetensorsReader;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.PackRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.collective.Payload;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.trainer.Plans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Runs of two ranks in JVMs of their own, to be disturbed, and compared with one that was not. */
final class DisturbedRuns implements AutoCloseable {
  static final String BACKEND = "CoarseGrainedExecutorBackend";

  private final Path home;
  private final SparkSession spark;
  private final Warehouse warehouse;

  /** Notes after which steps a run went on. */
  static class Resumptions implements RunObserver {
    private final List<Long> steps = new ArrayList<>();

    List<Long> steps() {
      return steps;
    }

    @Override
    public void onResumed(long step, String path) {
      steps.add(step);
    }
  }

  /**
   * Starts executors of one core each.
   *
   * @param home where all files go
   */
  DisturbedRuns(Path home, int executors, Map<String, String> settings) throws IOException {
    Map<String, String> all = new HashMap<>(Warehouse.sparkConf());
    all.putAll(settings);
    this.home = home;
    this.spark = LocalCluster.start(home.resolve("spark"), executors, all);
    this.warehouse = Warehouse.open(spark, home.resolve("warehouse").toString());
    warehouse.create();
    warehouse.append(PackRow.class, new ParityCase().packs(Specs.PREP, "train"));
  }

  /** A run with a checkpoint and an evaluation after every step. */
  void train(String run, int steps, List<ModelProbe> probes, RunObserver observer) {
    train(run, steps, 1, RankTeam.USUAL_TIMEOUT, probes, observer);
  }

  void train(
      String run,
      int steps,
      int saveSteps,
      Duration timeout,
      List<ModelProbe> probes,
      RunObserver observer) {
    TrainSpec spec =
        Specs.by(
            new RankTeam(Ranks.gradients(2), timeout, Payload.F32),
            Specs.alone(run, home, Plans.saving(1, 2, steps, 1e-2, saveSteps), Optional.empty()),
            probes);
    TrainStage.run(warehouse, spec, observer);
  }

  /** The same weights to the last bit, and each step once in {@code metrics}. */
  void assertSame(String undisturbed, String disturbed, int steps) {
    SafetensorsReader expected = weights(undisturbed);
    SafetensorsReader actual = weights(disturbed);
    for (String name : expected.names()) {
      assertArrayEquals(
          SavedWeights.values(expected, name), SavedWeights.values(actual, name), name);
    }
    assertEquals(losses(undisturbed), losses(disturbed));
    assertEquals(steps, losses(disturbed).size());
  }

  private List<Double> losses(String run) {
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

  private SafetensorsReader weights(String run) {
    return SavedWeights.of(home.resolve(run));
  }

  @Override
  public void close() {
    LocalCluster.stop(spark);
  }
}
