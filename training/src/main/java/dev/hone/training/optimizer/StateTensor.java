package dev.hone.training.optimizer;

import dev.hone.training.kernels.Tensor;
import dev.hone.training.model.Parameter;

/**
 * A part of an optimizer's state.
 *
 * @param name the parameter's name and what it is of it, as in {@code lm_head.weight.exp_avg}
 * @param codes whether its elements are bytes, the numbers 0 to 255, and not floats
 * @param whole shape of what has that name; the tensor may be a run of its elements
 * @param from number of the tensor's first element in the whole
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares states.
public record StateTensor(String name, Tensor tensor, boolean codes, long[] whole, long from) {

  /** A whole tensor of floats. */
  public StateTensor(String name, Tensor tensor) {
    this(name, tensor, false, tensor.shape(), 0);
  }

  /** Floats, one for each element of a parameter. */
  static StateTensor of(Parameter parameter, String what, Tensor tensor) {
    return new StateTensor(
        parameter.name() + what, tensor, false, parameter.whole(), parameter.from());
  }
}
