package dev.hone.training.distributed;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.training.collective.Exchange;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.Room;
import dev.hone.training.objective.ObjectiveSpec;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Measures a model that is not trained: loads it on every rank and runs the probes once. */
public final class MeasureStage {
  /** Tokens of a pass where no held-out pack is longer; prompts are read in such pieces. */
  private static final int PASS_TOKENS = 512;

  private MeasureStage() {}

  /**
   * Measures.
   *
   * @param runId the name in every table
   * @param prepId whose held-out packs the probes see; a preparation without any is no error
   * @param objective that they were prepared for
   * @param others what other models are asked; without a reference it is the model without its
   *     adapter
   * @param step optimizer steps that the model has behind it, for the tables
   * @param team the ranks, who share what {@link ModelProbe#shared} says
   * @throws dev.hone.formats.HoneException if the model cannot be loaded
   */
  public static RunResult run(
      Warehouse warehouse,
      String runId,
      String prepId,
      ObjectiveSpec objective,
      OtherModels others,
      ModelSource model,
      long step,
      RankTeam team,
      List<ModelProbe> probes,
      RunObserver observer) {
    Dataset<Row> heldOut =
        others.told(
            warehouse,
            prepId,
            PackChoice.ALL.of(warehouse, prepId).where(col("split").equalTo(PackSpill.EVAL)),
            objective,
            observer);
    if (ModelProbe.apart(probes)) {
      heldOut = HeldOutSets.of(warehouse, prepId, heldOut);
    }
    RunRecorder recorder =
        new RunRecorder(warehouse, runId, 0, observer, RunRecorder.COMMIT_INTERVAL);
    try (recorder) {
      RankStage.run(
          warehouse.spark(),
          "hone eval " + runId,
          heldOut,
          team,
          new Work(model.portable(), objective, others.references(), step, List.copyOf(probes)),
          recorder);
    }
    return recorder.result();
  }

  private record Work(
      ModelSource.Portable source,
      ObjectiveSpec objective,
      References references,
      long step,
      List<ModelProbe> probes)
      implements RankWork {

    /** A head that nobody has trained rates at random. */
    private void requireScore(ModelDirectory base) {
      boolean missing = base.task() == Task.SEQ_CLS && !base.weights().names().contains(Task.SCORE);
      if (missing && !source.lora()) {
        throw new HoneException(
            "base_model '%s' has no %s, and there is nothing to measure of rewards before they are learned; name a reward model, or add the adapter of one as lora_model_dir"
                .formatted(base.name(), Task.SCORE));
      }
    }

    @Override
    public void run(RankContext context) {
      Place place = context.place();
      RankMachines machines = RankMachines.agree(context, source.bf16());
      context.send(
          new RankMessage.Met(List.copyOf(machines.all()), List.copyOf(machines.differences())));
      ModelDirectory base = source.open(place, objective.task());
      requireScore(base);
      int maxTokens =
          Math.max(Math.max(PASS_TOKENS, context.longestHeldOut()), ModelProbe.passTokens(probes));
      References.Packs packs =
          context.isFirst()
              ? references.ask(context, objective, List.of(), Exchange.alone(), maxTokens, base)
              : new References.Packs(context.train(), context.heldOut());
      CausalLm model =
          source.load(base, place, source.kernels(place, machines), Room.whole(maxTokens), 0);
      context.send(new RankMessage.Loaded(model.baseWeightBytes()));
      ModelProbe.Subject subject =
          ModelProbe.Subject.of(
              model,
              base,
              packs.heldOut(),
              some -> objective.measured(model, some),
              context.ranks(),
              context::send);
      for (ModelProbe probe : probes) {
        context.stopIfAsked();
        probe.measureOnRank(subject, step);
      }
    }
  }
}
