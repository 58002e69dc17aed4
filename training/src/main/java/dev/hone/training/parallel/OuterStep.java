package dev.hone.training.parallel;

import dev.hone.formats.HoneException;
import java.io.Serializable;

/**
 * What is made of the average of the parameters of all ranks: a step of SGD with Nesterov's
 * momentum from the last parameters that all had, whose gradient is those less the average
 * (Douillard et al. 2023, "DiLoCo", algorithm 1). As {@code torch.optim.SGD(nesterov=True)}: {@code
 * g = old - average; m = momentum · m + g; new = old - rate · (g + momentum · m)}.
 *
 * <p>Example: rate 0.5, momentum 0.5, old 1, averages 0 and then 0.25: g = 1, m = 1, so the first
 * new value is 1 - 0.5 · 1.5 = 0.25; then g = 0, m = 0.5, and 0.25 - 0.5 · 0.25 = 0.125.
 *
 * @param rate {@code outer_learning_rate}; 0.7 in the paper
 * @param momentum {@code outer_momentum}; 0.9 in the paper
 */
public record OuterStep(double rate, double momentum) implements Serializable {
  /** {@code outer: none}: the average is what all go on from. */
  public static final OuterStep NONE = new OuterStep(1, 0);

  /** Checks the numbers. */
  public OuterStep {
    if (!(rate > 0)) {
      throw new HoneException("outer_learning_rate is " + rate + ", but must be above 0");
    }
    if (!(momentum >= 0 && momentum < 1)) {
      throw new HoneException(
          "outer_momentum is " + momentum + ", but must be at least 0 and below 1");
    }
  }

  /** Whether it leaves the average as it is. */
  public boolean isNone() {
    return rate == 1 && momentum == 0;
  }
}
