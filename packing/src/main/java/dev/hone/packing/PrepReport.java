package dev.hone.packing;

import dev.hone.formats.tables.PrepRow;
import java.util.List;

/**
 * What a preparation did.
 *
 * @param prep its row, as the table holds it
 * @param reused whether it was finished before: nothing was written
 * @param refused refused records of its datasets, in both stages, the most frequent first
 */
public record PrepReport(PrepRow prep, boolean reused, List<Refusals> refused) {
  public PrepReport {
    refused = List.copyOf(refused);
  }

  /**
   * Records refused for one reason.
   *
   * @param stage {@code ingest} or {@code prep}
   */
  public record Refusals(String stage, String dataset, String reason, long records) {

    /** For a line of a report: {@code 12 too_long (dataset alpaca)}. */
    @Override
    public String toString() {
      return "%d %s (dataset %s)".formatted(records, reason, dataset);
    }
  }
}
