package dev.hone.training.optimizer;

import java.util.List;

/**
 * Changes the parameters of a model by their gradients. It owns what it remembers from step to
 * step, its state: tensors that a checkpoint saves, and the number of steps.
 *
 * <p>An optimizer that is given the state and the number of steps of another of its kind does from
 * then on exactly what that one does.
 */
public interface Optimizer {

  /**
   * Changes every parameter by its gradient. The gradients stay.
   *
   * @param learningRate of this step
   * @param gradientScale what the gradients are multiplied with: the clipping coefficient, or 1
   */
  void step(double learningRate, double gradientScale);

  /** Lets a step pass: it counts, as it does for the schedule, and changes nothing. */
  default void skip() {
    resumeAt(steps() + 1);
  }

  /** After the last step: makes the weights what is to be kept, if they are not. */
  default void finish() {}

  /** Steps done. */
  long steps();

  /** Says how many steps the state has behind it, after the tensors of {@link #state} were set. */
  void resumeAt(long steps);

  /** The state; the same tensors in the same order in every call. */
  List<StateTensor> state();

  /** Bytes of the state: {@code optimizer_state_bytes}. */
  default long stateBytes() {
    return state().stream().mapToLong(state -> state.tensor().bytes()).sum();
  }
}
