package dev.hone.training.trainer;

/**
 * What happens around the steps. Called on the training thread; its time is not counted in steps.
 */
public interface TrainerListener {

  /** Before every step: the place to stop a run by throwing. */
  default void beforeStep() {}

  /**
   * A step was not taken, as {@code on_nan: skip} wants it.
   *
   * @param step its number, from 1
   * @param loss one of the two is not finite
   */
  default void onSkipped(long step, double loss, double gradNorm) {}

  /** Every {@code logging_steps} and after the last step. */
  default void onMetrics(StepMetrics metrics) {}

  /**
   * Every {@code eval_steps}, but not after the last step; later, if ranks have different weights
   * then, as soon as they have the same.
   */
  default void onEvaluate(long step, double epoch) {}

  /**
   * Whether the run is to end before its last step, asked on every rank when all have the same
   * weights; it ends if one of them says so, after a checkpoint.
   */
  default boolean isAskedToStop() {
    return false;
  }

  /**
   * Whether what has been measured ends the run, asked on every rank before its first step and
   * after every {@link #onEvaluate}; it ends, and is complete, if one of them says so.
   */
  default boolean hasEnough() {
    return false;
  }

  /** Every {@code save_steps}, or later as {@link #onEvaluate}; and before the run is stopped. */
  default void onSave(long step, double epoch) {}
}
