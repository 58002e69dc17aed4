package dev.hone.training.parallel;

import dev.hone.training.collective.Collective;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.optimizer.OptimizerSettings;
import java.io.Serializable;
import java.util.List;

/** What ranks average: the values of {@code mode}. */
public sealed interface Averaged extends Serializable {

  /** What a rank does in its steps. */
  RankMode with(
      List<Parameter> parameters, OptimizerSettings optimizer, Kernels kernels, Collective ranks);

  /** {@code gradient_averaging}: {@link GradientAveraging}. */
  record Gradients() implements Averaged {
    @Override
    public RankMode with(
        List<Parameter> parameters,
        OptimizerSettings optimizer,
        Kernels kernels,
        Collective ranks) {
      return new GradientAveraging(parameters, optimizer, kernels, ranks);
    }
  }
}
