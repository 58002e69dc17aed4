package dev.hone.training.parallel;

import dev.hone.training.collective.Collective;
import dev.hone.training.collective.Exchange;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerSettings;
import dev.hone.training.optimizer.StateTensor;
import java.util.List;
import java.util.Optional;

/**
 * {@code gradient_averaging}: all ranks take every step together, with the gradient of the whole
 * global batch. The state of the optimizer is cut among them (Rajbhandari et al. 2020, "ZeRO",
 * stage 1): each rank gets the sum of its part of the gradients, updates that part of the
 * parameters, and tells the others. Gradients are summed while the last backward pass goes on. One
 * rank has all parts, and tells nobody.
 */
final class GradientAveraging implements RankMode {
  private final Kernels kernels;
  private final Collective ranks;

  /** Empty if there is one rank. */
  private final Optional<SharedParameters> shared;

  private final Optional<Backward> backward;
  private final List<Parameter> part;
  private final Optimizer optimizer;
  private double clip;

  GradientAveraging(
      List<Parameter> parameters,
      OptimizerSettings settings,
      int bucket,
      Kernels kernels,
      Collective ranks) {
    this.kernels = kernels;
    this.ranks = ranks;
    this.shared =
        ranks.size() == 1
            ? Optional.empty()
            : Optional.of(
                new SharedParameters(parameters, settings.kind().unit(), bucket, kernels, ranks));
    this.backward =
        shared.map(parts -> new Backward(parts.sumOf(Parameter::gradient), parameters, kernels));
    this.part = shared.map(SharedParameters::part).orElse(parameters);
    this.optimizer = settings.create(parameters, part, kernels);
  }

  @Override
  public Optional<Passed> pass(Objective objective, RankBatch batch, double maxGradNorm) {
    objective.zeroGradients();
    backward.ifPresent(passes -> passes.begin(objective));
    Share.Passes passes = backward.isPresent() ? backward.get() : Share.Passes.ALONE;
    StepLoss loss = objective.forwardBackward(batch.among(ranks, passes));
    double squares = ranks.sums(GradientClip.squares(part, kernels))[0];
    GradientClip found = GradientClip.of(squares, maxGradNorm);
    clip = found.coefficient();
    return Optional.of(new Passed(loss, found.norm()));
  }

  @Override
  public Exchange measured() {
    return Exchange.alone();
  }

  @Override
  public void step(double learningRate, boolean last) {
    optimizer.step(learningRate, clip);
    shared.ifPresent(SharedParameters::shareValues);
  }

  /** All ranks have the same norm and loss, so none of them takes the step. */
  @Override
  public void skip(boolean last) {
    optimizer.skip();
  }

  @Override
  public boolean isTogether() {
    return true;
  }

  @Override
  public void makeExact() {
    shared.ifPresent(SharedParameters::shareExactly);
  }

  @Override
  public void finish() {
    optimizer.finish();
    makeExact();
  }

  @Override
  public List<StateTensor> state(int savedBy) {
    return optimizer.state();
  }

  @Override
  public void resumeAt(long steps) {
    optimizer.resumeAt(steps);
  }

  @Override
  public long besideNanos() {
    return backward.isPresent() ? backward.get().besideNanos() : 0;
  }

  @Override
  public long stateBytes() {
    return optimizer.stateBytes();
  }

  @Override
  public long exchangeBytes() {
    return shared.map(SharedParameters::bytes).orElse(0L)
        + backward.map(Backward::bytes).orElse(0L);
  }
}
