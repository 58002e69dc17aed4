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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code parameter_averaging}: each rank takes steps of its own on its own micro-batches, with an
 * optimizer of its own; after so many of them the parameters are averaged, an {@link OuterStep} is
 * taken, and all go on from the same. Between averages ranks tell each other nothing but metrics.
 *
 * <p>A rank that has nothing of a step lets it pass. The state of the inner optimizers is each
 * rank's own; that of the outer one is cut among the ranks. Where another number of ranks goes on,
 * rank r has the inner state of rank {@code r mod n} of the n that saved it.
 */
final class ParameterAveraging implements RankMode {
  /** Floats in a line of the cache. */
  private static final int UNIT = 16;

  private final List<Parameter> parameters;
  private final Averaged.Parameters settings;
  private final boolean keepsAverage;
  private final Kernels kernels;
  private final Collective ranks;
  private final Optimizer inner;
  private final SharedParameters shared;
  private final BucketSum sum;
  private final List<Parameter> part;
  private final OuterOptimizer outer;
  private Optional<GradientClip> clip = Optional.empty();
  private int since;

  ParameterAveraging(
      List<Parameter> parameters,
      OptimizerSettings optimizer,
      Averaged.Parameters settings,
      Kernels kernels,
      Collective ranks) {
    this.parameters = List.copyOf(parameters);
    this.settings = settings;
    this.keepsAverage = optimizer.averaging().isOn();
    this.kernels = kernels;
    this.ranks = ranks;
    this.inner = optimizer.create(this.parameters, kernels);
    this.shared =
        new SharedParameters(this.parameters, UNIT, SharedParameters.BUCKET, kernels, ranks);
    this.sum = shared.sumOf(Parameter::value);
    this.part = shared.part();
    this.outer = new OuterOptimizer(part, settings.outer(), kernels);
  }

  @Override
  public Optional<Passed> pass(Objective objective, RankBatch batch, double maxGradNorm) {
    if (batch.microBatches().isEmpty()) {
      clip = Optional.empty();
      return Optional.empty();
    }
    objective.zeroGradients();
    StepLoss loss =
        objective.forwardBackward(batch.among(settings.sharing(ranks), Share.Passes.ALONE));
    GradientClip found = GradientClip.of(parameters, kernels, maxGradNorm);
    clip = Optional.of(found);
    return Optional.of(new Passed(loss, found.norm()));
  }

  @Override
  public Exchange measured() {
    return ranks;
  }

  @Override
  public void step(double learningRate, boolean last) {
    if (clip.isPresent()) {
      inner.step(learningRate, clip.get().coefficient());
    } else {
      inner.skip();
    }
    averageIfDue(last);
  }

  /** The step of this rank alone: the others know nothing of it. */
  @Override
  public void skip(boolean last) {
    inner.skip();
    averageIfDue(last);
  }

  private void averageIfDue(boolean last) {
    since++;
    if (since == settings.frequency() || last) {
      average();
      outer.step();
      shared.shareValues();
      since = 0;
    }
  }

  /** The part of this rank becomes the mean of what ranks have of it. */
  private void average() {
    sum.begin();
    sum.finish();
    part.forEach(parameter -> kernels.scale(parameter.value(), 1.0 / ranks.size()));
  }

  @Override
  public boolean isTogether() {
    return since == 0;
  }

  @Override
  public void makeExact() {
    shared.shareExactly();
  }

  /** Where ranks keep averages of their weights, the result is the mean of those. */
  @Override
  public void finish() {
    inner.finish();
    if (keepsAverage) {
      average();
    }
    makeExact();
  }

  @Override
  public List<StateTensor> state(int savedBy) {
    List<StateTensor> state = new ArrayList<>(outer.state());
    int owner = ranks.rank() % savedBy;
    inner.state().forEach(tensor -> state.add(tensor.ofRank(owner)));
    return state;
  }

  @Override
  public void resumeAt(long steps) {
    inner.resumeAt(steps);
    outer.begin();
  }

  @Override
  public long besideNanos() {
    return sum.besideNanos();
  }

  @Override
  public long stateBytes() {
    return inner.stateBytes() + outer.bytes();
  }

  @Override
  public long exchangeBytes() {
    return shared.bytes() + sum.bytes();
  }
}
