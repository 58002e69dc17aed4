package dev.hone.training.distributed;

import dev.hone.training.trainer.TrainArguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs of the model of {@link ParityCase} on its packs. */
final class Specs {
  /** The preparation of those packs. */
  static final String PREP = "prep-1";

  private Specs() {}

  /** One rank trains an adapter, or all weights. */
  static TrainSpec alone(
      String run, Path folder, TrainArguments arguments, Optional<ModelSource.Adapter> adapter) {
    return alone(
        run, folder, new ModelSource(new ParityCase().model().toString(), adapter), arguments);
  }

  /** One rank trains a model; what comes of it goes into the folder of the run's name. */
  static TrainSpec alone(String run, Path folder, ModelSource model, TrainArguments arguments) {
    return new TrainSpec(run, PREP, model, arguments, folder.resolve(run).toString(), List.of());
  }

  /** The same by several, and measured. */
  static TrainSpec by(RankTeam team, TrainSpec alone, List<ModelProbe> probes) {
    return new TrainSpec(
        alone.runId(),
        alone.prepId(),
        alone.model(),
        alone.objective(),
        alone.others(),
        alone.arguments(),
        team,
        alone.outputDir(),
        probes);
  }
}
