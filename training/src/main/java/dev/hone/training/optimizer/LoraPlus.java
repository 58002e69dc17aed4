package dev.hone.training.optimizer;

import dev.hone.training.model.Parameter;
import java.io.Serializable;

/**
 * LoRA+ (Hayou et al. 2024): the matrices B learn faster than the matrices A. As in PEFT's {@code
 * create_loraplus_optimizer}, so do vectors, which are biases and magnitudes.
 *
 * <p>Example: a ratio of 16 and a learning rate of 1e-4 change A with 1e-4 and B with 1.6e-3.
 *
 * @param ratio {@code loraplus_lr_ratio}: B's learning rate by that of A; 1: the same for all
 */
public record LoraPlus(double ratio) implements Serializable {
  /** One learning rate for all. */
  public static final LoraPlus NONE = new LoraPlus(1);

  /** What the learning rate of a parameter is multiplied with. */
  double of(Parameter parameter) {
    boolean faster = parameter.name().contains("lora_B") || parameter.value().shape().length == 1;
    return faster ? ratio : 1;
  }
}
