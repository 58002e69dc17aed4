package dev.hone.training.optimizer;

import dev.hone.training.kernels.AdamWStep;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) as {@code torch.optim.AdamW} computes it, over
 * all trainable tensors of a model. Owns two moments for each of them.
 *
 * <p>Weight decay skips biases and norm weights, chosen by name with the patterns of HF Trainer
 * ({@code Trainer.get_decay_parameter_names}), unless everything is to be decayed, as a plain
 * {@code torch.optim.AdamW(model.parameters())} does. LoRA matrices are decayed.
 */
public final class AdamW {
  private static final Pattern NOT_DECAYED =
      Pattern.compile("bias|layernorm|rmsnorm|(?:^|\\.)norm(?:$|\\.)|_norm(?:$|\\.)");

  private final Kernels kernels;
  private final List<Slot> slots = new ArrayList<>();
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private long step;

  /**
   * A tensor and what the optimizer remembers of it.
   *
   * @param firstMoment torch's {@code exp_avg}, of the parameter's shape
   * @param secondMoment torch's {@code exp_avg_sq}, of the parameter's shape
   */
  public record Slot(
      Parameter parameter, Tensor firstMoment, Tensor secondMoment, double weightDecay) {}

  /**
   * An optimizer with moments of zero.
   *
   * @param weightDecay decoupled decay of the decayed group
   * @param decayEverything decay biases and norm weights too
   */
  public AdamW(
      List<Parameter> parameters,
      Kernels kernels,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decayEverything) {
    this.kernels = kernels;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    for (Parameter parameter : parameters) {
      boolean decayed = decayEverything || decays(parameter.name());
      slots.add(
          new Slot(
              parameter,
              kernels.allocate(parameter.value().shape()),
              kernels.allocate(parameter.value().shape()),
              decayed ? weightDecay : 0));
    }
  }

  /** Whether HF Trainer would put a parameter of this name into the decayed group. */
  public static boolean decays(String name) {
    return !NOT_DECAYED.matcher(name.toLowerCase(Locale.ROOT)).find();
  }

  /**
   * Changes every parameter by its gradient.
   *
   * @param learningRate of this step
   * @param gradientScale what the gradients are multiplied with: the clipping coefficient, or 1
   */
  public void step(double learningRate, double gradientScale) {
    step++;
    for (Slot slot : slots) {
      kernels.adamW(
          slot.parameter.value(),
          slot.parameter.gradient(),
          slot.firstMoment,
          slot.secondMoment,
          new AdamWStep(
              learningRate, beta1, beta2, epsilon, slot.weightDecay, step, gradientScale));
      kernels.refresh(slot.parameter.value(), slot.parameter.operand());
    }
  }

  /** Steps done. */
  public long steps() {
    return step;
  }

  /** The state, in the order of the parameters. */
  public List<Slot> slots() {
    return List.copyOf(slots);
  }
}
