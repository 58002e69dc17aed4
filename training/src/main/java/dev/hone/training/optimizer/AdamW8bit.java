package dev.hone.training.optimizer;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.DynamicMap;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Quantized;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * AdamW with its moments in 8 bits (Dettmers et al. 2022), as bitsandbytes' {@code AdamW8bit}: 2
 * bytes an element, and 8 for each block of 256, instead of 8 an element. Parameters of fewer than
 * {@value #LEAST} elements keep f32 moments, as there ({@code min_8bit_size}); they are norms and
 * biases. The state has bitsandbytes' names: {@code state1} and {@code state2} are codes, {@code
 * absmax1} and {@code absmax2} the largest value of each block. A run of a parameter begins at a
 * multiple of 256.
 *
 * <p>Of the two forms in which bitsandbytes has the step, this is the one of its Triton kernels
 * (bitsandbytes-foundation/bitsandbytes 1baac13, {@code backends/triton/kernels_optim.py}, {@code
 * _optimizer_update_2state_8bit_blockwise_triton_kernel}): the weight is decayed before it is
 * updated, and a moment becomes the nearest code. The CUDA kernel decays after the update, and
 * takes the next code where the nearest is 0 and the moment is not.
 */
public final class AdamW8bit implements Optimizer {
  private static final int LEAST = 4096;

  private final Kernels kernels;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final AdamW small;
  private final List<Slot> slots = new ArrayList<>();

  private record Slot(
      Parameter parameter,
      Quantized firstMoment,
      Quantized secondMoment,
      double weightDecay,
      double rate) {}

  /** An optimizer with moments of zero. */
  public AdamW8bit(
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
    List<Parameter> few = new ArrayList<>();
    for (Parameter parameter : parameters) {
      long[] shape = parameter.value().shape();
      if (parameter.wholeLength() < LEAST) {
        few.add(parameter);
      } else {
        slots.add(
            new Slot(
                parameter,
                Quantized.zeros(kernels, shape),
                Quantized.zeros(kernels, shape),
                decay.of(parameter.name()),
                rates.of(parameter)));
      }
    }
    this.small = new AdamW(few, kernels, beta1, beta2, epsilon, decay, rates);
  }

  @Override
  public void step(double learningRate, double gradientScale) {
    small.step(learningRate, gradientScale);
    for (Slot slot : slots) {
      kernels.adamW8bit(
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
              steps(),
              gradientScale));
    }
  }

  @Override
  public long steps() {
    return small.steps();
  }

  @Override
  public void resumeAt(long steps) {
    small.resumeAt(steps);
  }

  @Override
  public List<StateTensor> state() {
    List<StateTensor> state = new ArrayList<>(small.state());
    for (Slot slot : slots) {
      addState(slot.parameter, "1", slot.firstMoment, state);
      addState(slot.parameter, "2", slot.secondMoment, state);
    }
    return state;
  }

  private static void addState(
      Parameter parameter, String which, Quantized moment, List<StateTensor> state) {
    String name = parameter.name();
    long[] blocks = {(parameter.wholeLength() + DynamicMap.BLOCK - 1) / DynamicMap.BLOCK};
    state.add(
        new StateTensor(
            name + ".state" + which, moment.codes(), true, parameter.whole(), parameter.from()));
    state.add(
        new StateTensor(
            name + ".absmax" + which,
            moment.largest(),
            false,
            blocks,
            parameter.from() / DynamicMap.BLOCK));
  }
}
