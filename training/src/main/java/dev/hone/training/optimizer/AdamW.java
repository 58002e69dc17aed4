package dev.hone.training.optimizer;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) as {@code torch.optim.AdamW} computes it. Its
 * state is two moments of each parameter, named as torch names them: {@code exp_avg} and {@code
 * exp_avg_sq}, 8 bytes an element.
 */
public final class AdamW implements Optimizer {
  private final Kernels kernels;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final List<Slot> slots = new ArrayList<>();
  private final List<StateTensor> state = new ArrayList<>();
  private long step;

  private record Slot(
      Parameter parameter,
      Tensor firstMoment,
      Tensor secondMoment,
      double weightDecay,
      double rate) {}

  /** An optimizer with moments of zero. */
  public AdamW(
      List<Parameter> parameters,
      Kernels kernels,
      double beta1,
      double beta2,
      double epsilon,
      WeightDecay decay) {
    this(parameters, kernels, beta1, beta2, epsilon, decay, LearningRates.EQUAL);
  }

  /** The same with a learning rate of its own for some parameters. */
  public AdamW(
      List<Parameter> parameters,
      Kernels kernels,
      double beta1,
      double beta2,
      double epsilon,
      WeightDecay decay,
      LearningRates rates) {
    this.kernels = kernels;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    for (Parameter parameter : parameters) {
      Tensor first = kernels.allocate(parameter.value().shape());
      Tensor second = kernels.allocate(parameter.value().shape());
      slots.add(
          new Slot(parameter, first, second, decay.of(parameter.name()), rates.of(parameter)));
      state.add(StateTensor.of(parameter, ".exp_avg", first));
      state.add(StateTensor.of(parameter, ".exp_avg_sq", second));
    }
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    step++;
    for (Slot slot : slots) {
      kernels.adamW(
          slot.parameter.value(),
          slot.parameter.gradient(),
          slot.firstMoment,
          slot.secondMoment,
          new AdamWStep(
              learningRate * slot.rate,
              beta1,
              beta2,
              epsilon,
              slot.weightDecay,
              step,
              gradientScale));
    }
  }

  @Override
  public long steps() {
    return step;
  }

  @Override
  public void resumeAt(long steps) {
    step = steps;
  }

  @Override
  public List<StateTensor> state() {
    return List.copyOf(state);
  }
}
