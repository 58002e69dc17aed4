package dev.hone.training.parallel;

import dev.hone.training.collective.Exchange;
import dev.hone.training.data.PackedRow;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import java.util.List;

/**
 * What a rank has of a step.
 *
 * @param microBatches the packs of a forward pass each, as one row {@code [T]}; may be none
 * @param seeds of their dropout masks
 */
public record RankBatch(List<PackedRow> microBatches, Objective.DropoutSeeds seeds) {
  public RankBatch {
    microBatches = List.copyOf(microBatches);
  }

  /** Number of tokens. */
  public long tokens() {
    return microBatches.stream().mapToLong(PackedRow::length).sum();
  }

  /** As a part of what all those ranks have. */
  Share among(Exchange ranks, Share.Passes passes) {
    return new Share(microBatches, seeds, ranks, passes);
  }
}
