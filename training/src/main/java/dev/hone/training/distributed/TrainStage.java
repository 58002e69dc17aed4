package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.OutputDirectory;
import dev.hone.training.trainer.TrainPlan;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The packs of a preparation to a trained model: plans on the driver, trains on a rank, and records
 * metrics, evaluations and checkpoints while it goes on.
 *
 * <pre>{@code
 * RunResult result = TrainStage.run(warehouse, spec, observer);
 * }</pre>
 */
public final class TrainStage {
  private TrainStage() {}

  /**
   * Trains. What can be seen to be wrong beforehand is refused before anything is loaded.
   *
   * @throws HoneException if there are no packs, or the output cannot be written, or the model
   *     cannot be loaded, or training diverges, in one line
   */
  public static RunResult run(Warehouse warehouse, TrainSpec spec, RunObserver observer) {
    Dataset<Row> prepared = PackSpill.ofPreparation(warehouse, spec.prepId());
    long trained = prepared.where(col("split").equalTo(PackSpill.TRAIN)).count();
    TrainPlan plan = TrainPlan.of(spec.arguments(), trained, spec.team().ranks());
    requireOutput(warehouse, spec);
    Dataset<Row> packs =
        spec.others().told(warehouse, spec.prepId(), prepared, spec.objective(), observer);

    RunRecorder recorder =
        new RunRecorder(
            warehouse, spec.runId(), plan.totalSteps(), observer, RunRecorder.COMMIT_INTERVAL);
    try (recorder) {
      RankStage.run(
          warehouse.spark(),
          "hone train " + spec.runId(),
          packs,
          spec.team(),
          new TrainWork(
              spec.runId(),
              plan,
              spec.objective(),
              spec.model().portable(),
              spec.others().references(),
              spec.outputDir(),
              spec.probes()),
          recorder);
    }
    return recorder.result();
  }

  private static void requireOutput(Warehouse warehouse, TrainSpec spec) {
    Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
    OutputDirectory output = OutputDirectory.at(spec.outputDir(), spec.runId(), hadoop);
    output.requireUsable();
    String base = OutputDirectory.at(spec.model().baseModel(), spec.runId(), hadoop).shown();
    if (Path.of(base).equals(Path.of(output.shown()))) {
      throw new HoneException(
          "output_dir and base_model are both '%s', and the base model would be overwritten; name another output_dir"
              .formatted(output.shown()));
    }
  }
}
