package dev.hone.training.parallel;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Collective;
import dev.hone.training.collective.Exchange;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.optimizer.OptimizerSettings;
import java.io.Serializable;
import java.util.List;

/** What ranks average, and when: the values of {@code mode}. */
public sealed interface Averaged extends Serializable {

  /** Who has the rest of the batch that a loss is divided by: those ranks, or nobody. */
  Exchange sharing(Collective ranks);

  /** What a rank does in its steps. */
  RankMode with(
      List<Parameter> parameters, OptimizerSettings optimizer, Kernels kernels, Collective ranks);

  /**
   * {@code gradient_averaging}: {@link GradientAveraging}.
   *
   * @param bucket elements that ranks send each other as one piece, or more
   */
  record Gradients(int bucket) implements Averaged {
    /** In pieces of 4 MB. */
    public Gradients() {
      this(SharedParameters.BUCKET);
    }

    @Override
    public Exchange sharing(Collective ranks) {
      return ranks;
    }

    @Override
    public RankMode with(
        List<Parameter> parameters,
        OptimizerSettings optimizer,
        Kernels kernels,
        Collective ranks) {
      return new GradientAveraging(parameters, optimizer, bucket, kernels, ranks);
    }
  }

  /**
   * {@code parameter_averaging}: {@link ParameterAveraging}.
   *
   * @param frequency {@code averaging_frequency}: steps of each rank between two averages
   * @param outer what is made of an average
   */
  record Parameters(int frequency, OuterStep outer) implements Averaged {
    public Parameters {
      if (frequency < 1) {
        throw new HoneException("averaging_frequency is " + frequency + ", but must be at least 1");
      }
    }

    @Override
    public Exchange sharing(Collective ranks) {
      return Exchange.alone();
    }

    @Override
    public RankMode with(
        List<Parameter> parameters,
        OptimizerSettings optimizer,
        Kernels kernels,
        Collective ranks) {
      return new ParameterAveraging(parameters, optimizer, this, kernels, ranks);
    }
  }
}
