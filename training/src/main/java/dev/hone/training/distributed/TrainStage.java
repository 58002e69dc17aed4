package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.CheckpointRow;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.checkpoint.OutputDirectory;
import dev.hone.training.checkpoint.RunCheckpoints;
import dev.hone.training.trainer.TrainPlan;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The packs of a preparation to a trained model: plans on the driver, trains on ranks, and records
 * metrics, evaluations and checkpoints while it goes on. Training is a chain of Spark jobs, each
 * from the newest checkpoint of the run; one is enough unless Spark gives it up.
 *
 * <pre>{@code
 * RunResult result = TrainStage.run(warehouse, spec, observer);
 * }</pre>
 */
public final class TrainStage {
  private TrainStage() {}

  /**
   * Trains from the beginning: checkpoints that an earlier attempt of the run left are deleted.
   * What can be seen to be wrong beforehand is refused before anything is loaded.
   *
   * @throws HoneException if there are no packs, or the output cannot be written, or the model
   *     cannot be loaded, or training diverges, in one line
   * @throws RunStoppedException if {@link RunObserver#isStopAsked} has stopped it
   */
  public static RunResult run(Warehouse warehouse, TrainSpec spec, RunObserver observer) {
    return run(warehouse, spec, 0, observer);
  }

  /**
   * Trains.
   *
   * @param from the checkpoint to go on from, by its steps: {@link #resumable}; 0: the beginning
   */
  public static RunResult run(
      Warehouse warehouse, TrainSpec spec, long from, RunObserver observer) {
    Dataset<Row> prepared = spec.packs().of(warehouse, spec.prepId());
    long trained = prepared.where(col("split").equalTo(PackSpill.TRAIN)).count();
    TrainPlan plan = TrainPlan.of(spec.arguments(), trained, spec.team().ranks());
    requireMeasured(spec, plan);
    try (OutputDirectory output = requireOutput(warehouse, spec)) {
      output.sweep();
      output.checkpoints().deleteAfter(from > 0 ? from : -1);
      return run(warehouse, spec, from, plan, output, prepared, observer);
    }
  }

  private static RunResult run(
      Warehouse warehouse,
      TrainSpec spec,
      long from,
      TrainPlan plan,
      OutputDirectory output,
      Dataset<Row> prepared,
      RunObserver observer) {
    Dataset<Row> packs =
        spec.others().told(warehouse, spec.prepId(), prepared, spec.objective(), observer);
    if (ModelProbe.apart(spec.probes())) {
      packs = HeldOutSets.of(warehouse, spec.prepId(), packs);
    }

    RunRecorder recorder =
        new RunRecorder(
            warehouse, spec.runId(), plan.totalSteps(), observer, RunRecorder.COMMIT_INTERVAL);
    try (recorder) {
      if (from > 0) {
        recorder.recall();
      }
      train(
          warehouse,
          spec,
          from,
          output,
          packs,
          new TrainWork(
              spec.runId(),
              plan,
              spec.objective(),
              spec.model().portable(),
              spec.others().references(),
              spec.outputDir(),
              spec.best(),
              spec.probes()),
          recorder,
          observer);
    }
    return recorder.result();
  }

  /**
   * Another job for as long as the one before came further than where it began: also where it ended
   * at a checkpoint because an executor goes.
   */
  private static void train(
      Warehouse warehouse,
      TrainSpec spec,
      long from,
      OutputDirectory output,
      Dataset<Row> packs,
      TrainWork work,
      RunRecorder recorder,
      RunObserver observer) {
    for (long begun = from; ; ) {
      try {
        RankStage.run(
            warehouse.spark(),
            "hone train " + spec.runId(),
            packs,
            spec.team(),
            work,
            recorder,
            observer::isStopAsked);
        return;
      } catch (RunStoppedException e) {
        if (observer.isStopAsked()) {
          throw e;
        }
        begun = e.step();
      } catch (StageLostException e) {
        long reached = output.checkpoints().newest().map(RunCheckpoints.Found::step).orElse(0L);
        if (reached <= begun) {
          throw e;
        }
        begun = reached;
      }
    }
  }

  /**
   * The steps of the newest checkpoint that a run can go on from: one that lies there as the tables
   * know it, as then they also know everything before it. A driver that is lost within a second or
   * two of a checkpoint costs the steps up to it, not their rows.
   *
   * @return 0 if there is none
   */
  public static long resumable(Warehouse warehouse, String runId, String outputDir) {
    Map<String, String> known = new HashMap<>();
    warehouse
        .read(CheckpointRow.class)
        .where(col("run_id").equalTo(runId))
        .select("path", "manifest_sha256")
        .collectAsList()
        .forEach(row -> known.put(row.getString(0), row.getString(1)));
    Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
    try (OutputDirectory output = OutputDirectory.at(outputDir, runId, hadoop)) {
      RunCheckpoints there = output.checkpoints();
      return there.all().stream()
          .filter(found -> found.sha256().equals(known.get(found.path())))
          .reduce((older, newer) -> newer)
          .map(RunCheckpoints.Found::step)
          .orElse(0L);
    }
  }

  /** The best of checkpoints of which none was measured would be the last model. */
  private static void requireMeasured(TrainSpec spec, TrainPlan plan) {
    long save = plan.saveSteps();
    long eval = plan.evalSteps();
    if (spec.best().load() && save > 0 && (eval == 0 || save % eval != 0)) {
      throw new HoneException(
          "load_best_model_at_end: checkpoints come every %d steps and evaluations %s, so not every checkpoint is measured; let save_steps be a multiple of eval_steps"
              .formatted(save, eval == 0 ? "only at the end" : "every " + eval));
    }
  }

  private static OutputDirectory requireOutput(Warehouse warehouse, TrainSpec spec) {
    Configuration hadoop = warehouse.spark().sessionState().newHadoopConf();
    OutputDirectory output = OutputDirectory.at(spec.outputDir(), spec.runId(), hadoop);
    output.requireUsable();
    String base = shown(spec.model().baseModel(), spec.runId(), hadoop);
    if (Path.of(base).equals(Path.of(output.shown()))) {
      throw new HoneException(
          "output_dir and base_model are both '%s', and the base model would be overwritten; name another output_dir"
              .formatted(output.shown()));
    }
    return output;
  }

  private static String shown(String location, String runId, Configuration hadoop) {
    try (OutputDirectory directory = OutputDirectory.at(location, runId, hadoop)) {
      return directory.shown();
    }
  }
}
