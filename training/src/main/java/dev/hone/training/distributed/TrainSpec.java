package dev.hone.training.distributed;

import dev.hone.training.trainer.TrainArguments;
import java.util.List;

/**
 * A training run.
 *
 * @param runId its name in every table
 * @param prepId which packs it trains on
 * @param model what is trained
 * @param arguments how
 * @param outputDir {@code output_dir}: where the model goes
 * @param probes what is measured before, between and after the steps
 */
public record TrainSpec(
    String runId,
    String prepId,
    ModelSource model,
    TrainArguments arguments,
    String outputDir,
    List<ModelProbe> probes) {
  public TrainSpec {
    probes = List.copyOf(probes);
  }
}
