package dev.hone.training.model;

import dev.hone.training.kernels.Tensor;

/**
 * A trainable tensor.
 *
 * @param name as Hugging Face or PEFT names it, such as {@code model.norm.weight}
 * @param value of the shape that the checkpoint has
 * @param operand what products read: the value, or a copy of it in another type
 * @param gradient of the same shape; adds up over micro-batches until it is zeroed
 */
public record Parameter(String name, Tensor value, Tensor operand, Tensor gradient) {

  /** A parameter that products read as it is. */
  public Parameter(String name, Tensor value, Tensor gradient) {
    this(name, value, value, gradient);
  }
}
