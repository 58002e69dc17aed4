package dev.hone.training.optimizer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Another optimizer, and an exponential moving average of the weights that it makes: {@code average
 * = decay · average + (1 - decay) · weight}. Training goes on from the weights; in the end the
 * average is the result. Its state is the other's and {@code <name>.ema}, 4 bytes an element.
 *
 * <p>Example: decay 0.9, a weight that is 0 at first, and 1 and 2 after two steps: the average is
 * 0, 0.1, 0.29.
 */
final class AveragingOptimizer implements Optimizer {
  private final Optimizer optimizer;
  private final List<Parameter> parameters;
  private final Kernels kernels;
  private final Averaging averaging;
  private final List<Tensor> averages = new ArrayList<>();

  AveragingOptimizer(
      Optimizer optimizer, List<Parameter> parameters, Kernels kernels, Averaging averaging) {
    this.optimizer = optimizer;
    this.parameters = List.copyOf(parameters);
    this.kernels = kernels;
    this.averaging = averaging;
    for (Parameter parameter : parameters) {
      averages.add(kernels.allocate(parameter.value().shape()));
    }
    blend(1);
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    optimizer.step(learningRate, gradientScale);
    long since = steps() - averaging.updateAfterStep();
    if (since == 0) {
      blend(1);
    } else if (since > 0 && since % averaging.updateFreq() == 0) {
      blend(1 - averaging.decay());
    }
  }

  /** The average begins when it is time, with the weights as they are. */
  @Override
  public void skip() {
    optimizer.skip();
    if (steps() == averaging.updateAfterStep()) {
      blend(1);
    }
  }

  /** Adds that share of the weights to the rest of the average. */
  private void blend(double share) {
    for (int i = 0; i < averages.size(); i++) {
      add(parameters.get(i).value(), share, averages.get(i));
    }
  }

  private void add(Tensor from, double share, Tensor to) {
    long[] shape = to.shape();
    int rows = shape.length == 1 ? 1 : Math.toIntExact(shape[0]);
    kernels.add(from, share, to, 1 - share, rows);
  }

  /** Before the average has begun, the weights are the result. */
  @Override
  public void finish() {
    if (steps() < averaging.updateAfterStep()) {
      return;
    }
    for (int i = 0; i < averages.size(); i++) {
      Parameter parameter = parameters.get(i);
      add(averages.get(i), 1, parameter.value());
    }
  }

  @Override
  public long steps() {
    return optimizer.steps();
  }

  @Override
  public void resumeAt(long steps) {
    optimizer.resumeAt(steps);
  }

  @Override
  public List<StateTensor> state() {
    List<StateTensor> state = new ArrayList<>(optimizer.state());
    for (int i = 0; i < averages.size(); i++) {
      state.add(StateTensor.of(parameters.get(i), ".ema", averages.get(i)));
    }
    return state;
  }
}
