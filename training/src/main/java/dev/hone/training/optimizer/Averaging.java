package dev.hone.training.optimizer;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import java.io.Serializable;
import java.util.List;

/**
 * Whether and how an exponential moving average of the weights is kept.
 *
 * @param decay {@code ema_decay}: what of the average remains when the weights are added; 0: none
 *     is kept
 * @param updateAfterStep {@code ema_update_after_step}: steps after which the average begins, as a
 *     copy of the weights
 * @param updateFreq {@code ema_update_freq}: steps from one update to the next
 */
public record Averaging(double decay, long updateAfterStep, long updateFreq)
    implements Serializable {
  /** No average. */
  public static final Averaging NONE = new Averaging(0, 0, 1);

  /** Whether there is an average. */
  public boolean isOn() {
    return decay > 0;
  }

  /** An optimizer that keeps the average, if there is one. */
  Optimizer around(Optimizer optimizer, List<Parameter> parameters, Kernels kernels) {
    return isOn() ? new AveragingOptimizer(optimizer, parameters, kernels, this) : optimizer;
  }
}
