package dev.hone.training.distributed;

import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.Supervised;
import dev.hone.training.trainer.TrainArguments;
import java.util.List;

/**
 * A training run.
 *
 * @param runId its name in every table
 * @param prepId whose packs it trains on
 * @param model what is trained
 * @param objective what is minimised
 * @param others what other models it asks
 * @param arguments how
 * @param team by which ranks
 * @param outputDir {@code output_dir}: where the model goes
 * @param best which of its checkpoints is the best
 * @param probes what is measured before, between and after the steps
 * @param packs which packs of the preparation it trains on
 */
public record TrainSpec(
    String runId,
    String prepId,
    ModelSource model,
    ObjectiveSpec objective,
    OtherModels others,
    TrainArguments arguments,
    RankTeam team,
    String outputDir,
    BestRule best,
    List<ModelProbe> probes,
    PackChoice packs) {
  public TrainSpec {
    probes = List.copyOf(probes);
  }

  /** A run whose best checkpoint is the one of the lowest loss, and whose result is the last. */
  public TrainSpec(
      String runId,
      String prepId,
      ModelSource model,
      ObjectiveSpec objective,
      OtherModels others,
      TrainArguments arguments,
      RankTeam team,
      String outputDir,
      List<ModelProbe> probes) {
    this(
        runId,
        prepId,
        model,
        objective,
        others,
        arguments,
        team,
        outputDir,
        BestRule.LOWEST_LOSS,
        probes,
        PackChoice.ALL);
  }

  /** A run of one rank that asks no other model. */
  public TrainSpec(
      String runId,
      String prepId,
      ModelSource model,
      ObjectiveSpec objective,
      TrainArguments arguments,
      String outputDir,
      List<ModelProbe> probes) {
    this(
        runId,
        prepId,
        model,
        objective,
        OtherModels.NONE,
        arguments,
        RankTeam.ALONE,
        outputDir,
        probes);
  }

  /** Supervised fine-tuning. */
  public TrainSpec(
      String runId,
      String prepId,
      ModelSource model,
      TrainArguments arguments,
      String outputDir,
      List<ModelProbe> probes) {
    this(runId, prepId, model, Supervised.PLAIN, arguments, outputDir, probes);
  }
}
