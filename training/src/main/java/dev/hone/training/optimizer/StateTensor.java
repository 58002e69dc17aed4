package dev.hone.training.optimizer;

import dev.hone.training.kernels.Tensor;

/**
 * A part of an optimizer's state.
 *
 * @param name the parameter's name and what it is of it, as in {@code lm_head.weight.exp_avg}
 * @param codes whether its elements are bytes, the numbers 0 to 255, and not floats
 */
public record StateTensor(String name, Tensor tensor, boolean codes) {

  /** A tensor of floats. */
  public StateTensor(String name, Tensor tensor) {
    this(name, tensor, false);
  }
}
