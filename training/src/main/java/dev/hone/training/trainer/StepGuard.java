package dev.hone.training.trainer;

import dev.hone.formats.HoneException;
import dev.hone.training.parallel.RankMode;

/**
 * Decides whether a step is taken: not if its loss or the norm of its gradient is not finite, as
 * the weights would never be finite again. Both are the same numbers on all ranks that take a step
 * together, so all decide alike.
 */
final class StepGuard {
  /** So many steps in a row are no accident of the data. */
  static final int MOST_IN_A_ROW = 10;

  private final OnNan onNan;
  private int inARow;

  StepGuard(OnNan onNan) {
    this.onNan = onNan;
  }

  /**
   * Whether a step is taken.
   *
   * @param step its number, from 1
   * @throws HoneException if it is not and the run has to end, or nothing could be learned
   */
  boolean takes(long step, RankMode.Passed passed) {
    if (Double.isFinite(passed.loss().loss()) && Double.isFinite(passed.gradNorm())) {
      requireGradient(step, passed);
      inARow = 0;
      return true;
    }
    inARow++;
    if (onNan == OnNan.STOP) {
      throw new HoneException(
          "step %d: %s, so training has diverged or the model's weights are broken; lower learning_rate (or warm up longer), check that the base model gives a finite eval_loss, or set on_nan: skip if only some packs are to blame"
              .formatted(step, found(passed)));
    }
    if (inARow == MOST_IN_A_ROW) {
      throw new HoneException(
          "step %d: %s, the %dth step in a row that on_nan: skip does not take, so it is not the data of some steps; lower learning_rate (or warm up longer), and check that the base model gives a finite eval_loss"
              .formatted(step, found(passed), inARow));
    }
    return false;
  }

  private static String found(RankMode.Passed passed) {
    return "loss is " + passed.loss().loss() + " and grad_norm is " + passed.gradNorm();
  }

  private static void requireGradient(long step, RankMode.Passed passed) {
    if (step == 1 && passed.gradNorm() == 0) {
      throw new HoneException(
          "step 1: the gradient of every trained parameter is 0 at a loss of "
              + passed.loss().loss()
              + ", so nothing would be learned; check that the adapter's target modules are used by"
              + " the model and that the adapter is not all zeros");
    }
  }
}
