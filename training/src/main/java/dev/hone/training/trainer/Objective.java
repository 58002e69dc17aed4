package dev.hone.training.trainer;

import dev.hone.training.data.PackedRow;
import dev.hone.training.model.LossSum;
import dev.hone.training.model.Parameter;
import java.util.List;

/** What a {@link Trainer} minimises: parameters, and a loss over packs with its gradient. */
public interface Objective {

  /** The tensors to train. */
  List<Parameter> parameters();

  /** Zeroes every gradient. */
  void zeroGradients();

  /** Decides the dropout masks of the next forward pass. */
  void setDropoutSeed(long seed);

  /**
   * Adds the gradient of {@code lossScale · sum over t of w[t] nll[t]} to the gradients.
   *
   * @param batch the packs of a micro-batch, {@code [T]}
   * @return the unscaled loss
   */
  LossSum forwardBackward(PackedRow batch, double lossScale);
}
