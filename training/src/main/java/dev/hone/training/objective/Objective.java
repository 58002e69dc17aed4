package dev.hone.training.objective;

import dev.hone.training.data.PackedRow;
import dev.hone.training.model.Parameter;
import java.util.List;

/** What a trainer minimises: parameters, and a loss over packs with its gradient. */
public interface Objective {

  /** The tensors to train. */
  List<Parameter> parameters();

  /** Zeroes every gradient. */
  void zeroGradients();

  /**
   * Adds the gradient of the loss of a global batch to the gradients. However the batch is cut into
   * micro-batches, the loss is the same.
   *
   * @param microBatches the packs of a forward pass each, as one row {@code [T]}
   * @param seeds of the dropout masks
   * @throws dev.hone.formats.HoneException if nothing in the batch is trained
   */
  StepLoss forwardBackward(List<PackedRow> microBatches, DropoutSeeds seeds);

  /** A seed for every forward pass. */
  @FunctionalInterface
  interface DropoutSeeds {
    /** The seed of the pass over a micro-batch. */
    long of(int microBatch);
  }
}
