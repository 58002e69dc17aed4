package dev.hone.training.distributed;

import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.Supervised;
import dev.hone.training.trainer.TrainArguments;
import java.util.List;
import java.util.Optional;

/**
 * A training run.
 *
 * @param runId its name in every table
 * @param prepId which packs it trains on
 * @param model what is trained
 * @param objective what is minimised
 * @param reference what it compares with; empty: the model as training finds it
 * @param arguments how
 * @param outputDir {@code output_dir}: where the model goes
 * @param probes what is measured before, between and after the steps
 */
public record TrainSpec(
    String runId,
    String prepId,
    ModelSource model,
    ObjectiveSpec objective,
    Optional<ReferenceSource> reference,
    TrainArguments arguments,
    String outputDir,
    List<ModelProbe> probes) {
  public TrainSpec {
    probes = List.copyOf(probes);
  }

  /** A run that compares with no other model than its own. */
  public TrainSpec(
      String runId,
      String prepId,
      ModelSource model,
      ObjectiveSpec objective,
      TrainArguments arguments,
      String outputDir,
      List<ModelProbe> probes) {
    this(runId, prepId, model, objective, Optional.empty(), arguments, outputDir, probes);
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
