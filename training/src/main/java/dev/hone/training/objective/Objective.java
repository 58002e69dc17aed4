package dev.hone.training.objective;

import dev.hone.training.data.PackedRow;
import dev.hone.training.model.Parameter;
import java.util.List;
import java.util.function.IntConsumer;

/** What a trainer minimises: parameters, and a loss over packs with its gradient. */
public interface Objective {

  /** The tensors to train. */
  List<Parameter> parameters();

  /** Zeroes every gradient. */
  void zeroGradients();

  /**
   * Adds this rank's part of the gradient of the loss of a global batch to the gradients: summed
   * over the ranks it is the gradient. However the batch is cut into micro-batches, and however
   * they are dealt to ranks, the loss is the same.
   *
   * @return the loss of the global batch, the same on every rank
   * @throws dev.hone.formats.HoneException if nothing in the batch is trained
   */
  StepLoss forwardBackward(Share share);

  /** The same of a batch that this rank has all of. */
  default StepLoss forwardBackward(List<PackedRow> microBatches, DropoutSeeds seeds) {
    return forwardBackward(Share.whole(microBatches, seeds));
  }

  /**
   * Tells, during every backward pass from now on, how far it is: each time with the place of a
   * parameter in the list, falling, from which on the pass will change no gradient any more. What
   * it does not tell of is done when the pass is.
   */
  default void onBackward(IntConsumer finalFrom) {}

  /** A seed for every forward pass. */
  @FunctionalInterface
  interface DropoutSeeds {
    /** The seed of the pass over a micro-batch of the share, by its number in it. */
    long of(int microBatch);
  }
}
