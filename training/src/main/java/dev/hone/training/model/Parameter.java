package dev.hone.training.model;

import dev.hone.training.kernels.Tensor;

/**
 * A trainable tensor.
 *
 * @param name as Hugging Face or PEFT names it, such as {@code model.norm.weight}
 * @param value of the shape that the checkpoint has
 * @param gradient of the same shape; adds up over micro-batches until it is zeroed
 */
public record Parameter(String name, Tensor value, Tensor gradient) {}
