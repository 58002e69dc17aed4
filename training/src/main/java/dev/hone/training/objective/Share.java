package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a rank has of a global batch.
 *
 * @param microBatches the packs of a forward pass each, as one row {@code [T]}; may be none. Those
 *     of all ranks, one rank after the other, are the batch in its order
 * @param seeds of their dropout masks
 * @param ranks who has the others
 * @param passes is told how the passes go
 */
public record Share(
    List<PackedRow> microBatches, Objective.DropoutSeeds seeds, Exchange ranks, Passes passes) {
  public Share {
    microBatches = List.copyOf(microBatches);
  }

  /** Is told how the passes over the micro-batches of a share go. */
  public interface Passes {
    /** Of a rank that nobody waits for. */
    Passes ALONE = new Passes() {};

    /** The next pass is the last. */
    default void beforeLast() {}

    /** All passes are done, or there are none. */
    default void afterLast() {}
  }

  /** All of a batch. */
  public static Share whole(List<PackedRow> microBatches, Objective.DropoutSeeds seeds) {
    return new Share(microBatches, seeds, Exchange.alone(), Passes.ALONE);
  }

  /**
   * Does the forward and backward passes, in order. Nothing may be exchanged with other ranks
   * during them.
   *
   * @param pass over a micro-batch, by its number in the share
   */
  public void eachPass(IntConsumer pass) {
    for (int i = 0; i < microBatches.size(); i++) {
      if (i == microBatches.size() - 1) {
        passes.beforeLast();
      }
      pass.accept(i);
    }
    passes.afterLast();
  }
}
