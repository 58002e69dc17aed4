package dev.hone.training.optimizer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.LionStep;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Lion (Chen et al. 2023, algorithm 2): every element moves by the learning rate, in the direction
 * that the sign of its momentum and gradient together has. Its state is one momentum, {@code
 * exp_avg}, 4 bytes an element: half of AdamW's. The paper takes a learning rate of a third to a
 * tenth of AdamW's, and beta2 = 0.99.
 *
 * <p>Example: p = 1, gradient 0.3, no momentum yet, learning rate 0.01, betas 0.9 and 0.99, decay
 * 0.1: p = 1 · (1 - 0.001) - 0.01 = 0.989, momentum 0.003.
 */
public final class Lion implements Optimizer {
  private final Kernels kernels;
  private final double beta1;
  private final double beta2;
  private final List<Slot> slots = new ArrayList<>();
  private long step;

  private record Slot(Parameter parameter, Tensor momentum, double weightDecay, double rate) {}

  /** An optimizer with a momentum of zero. */
  public Lion(
      List<Parameter> parameters,
      Kernels kernels,
      double beta1,
      double beta2,
      WeightDecay decay,
      LearningRates rates) {
    this.kernels = kernels;
    this.beta1 = beta1;
    this.beta2 = beta2;
    for (Parameter parameter : parameters) {
      Tensor momentum = kernels.allocate(parameter.value().shape());
      slots.add(new Slot(parameter, momentum, decay.of(parameter.name()), rates.of(parameter)));
    }
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    step++;
    for (Slot slot : slots) {
      kernels.lion(
          slot.parameter.value(),
          slot.parameter.gradient(),
          slot.momentum,
          new LionStep(learningRate * slot.rate, beta1, beta2, slot.weightDecay, gradientScale));
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
    return slots.stream()
        .map(slot -> StateTensor.of(slot.parameter, ".exp_avg", slot.momentum))
        .toList();
  }
}
