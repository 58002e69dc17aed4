package dev.hone.training.parallel;

import dev.hone.training.kernels.Kernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import java.util.List;

/**
 * Sums gradients over the ranks while the last backward pass of a step goes on: what the pass will
 * not change any more is sent at once, and the rest when it is done.
 */
final class Backward implements Share.Passes {
  private final BucketSum sum;
  private final List<Parameter> parameters;
  private final Kernels kernels;
  private boolean hasPass;

  Backward(BucketSum sum, List<Parameter> parameters, Kernels kernels) {
    this.sum = sum;
    this.parameters = parameters;
    this.kernels = kernels;
  }

  long bytes() {
    return sum.bytes();
  }

  /** A step begins. */
  void begin(Objective objective) {
    hasPass = false;
    sum.begin();
    objective.onBackward(this::finalFrom);
  }

  private void finalFrom(int parameter) {
    if (hasPass) {
      sum.finalFrom(parameter);
    }
  }

  /** As {@link BucketSum#besideNanos}. */
  long besideNanos() {
    return sum.besideNanos();
  }

  @Override
  public void beforeLast() {
    hasPass = true;
  }

  @Override
  public void afterLast() {
    if (!hasPass) {
      parameters.forEach(parameter -> kernels.zero(parameter.gradient())); // no pass wrote them
    }
    sum.finish();
  }
}
