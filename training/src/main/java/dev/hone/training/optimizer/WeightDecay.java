package dev.hone.training.optimizer;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which parameters are decayed, and by how much. Biases and norm weights are spared, chosen by name
 * with the patterns of HF Trainer ({@code Trainer.get_decay_parameter_names}), unless everything is
 * to be decayed, as a plain {@code torch.optim.AdamW(model.parameters())} does. LoRA matrices are
 * decayed.
 *
 * @param rate {@code weight_decay}
 * @param everything decay biases and norm weights too
 */
public record WeightDecay(double rate, boolean everything) {
  private static final Pattern SPARED =
      Pattern.compile("bias|layernorm|rmsnorm|(?:^|\\.)norm(?:$|\\.)|_norm(?:$|\\.)");

  /** The rate of a parameter: {@link #rate}, or 0. */
  public double of(String name) {
    return everything || applies(name) ? rate : 0;
  }

  /** Whether HF Trainer would put a parameter of this name into the decayed group. */
  public static boolean applies(String name) {
    return !SPARED.matcher(name.toLowerCase(Locale.ROOT)).find();
  }
}
