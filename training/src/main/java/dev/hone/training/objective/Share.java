package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import java.util.List;

/**
 * What a rank has of a global batch.
 *
 * @param microBatches the packs of a forward pass each, as one row {@code [T]}; may be none. Those
 *     of all ranks, one rank after the other, are the batch in its order
 * @param seeds of their dropout masks
 * @param ranks who has the others
 */
public record Share(List<PackedRow> microBatches, Objective.DropoutSeeds seeds, Exchange ranks) {
  public Share {
    microBatches = List.copyOf(microBatches);
  }

  /** All of a batch. */
  public static Share whole(List<PackedRow> microBatches, Objective.DropoutSeeds seeds) {
    return new Share(microBatches, seeds, Exchange.ALONE);
  }
}
