package dev.hone.packing;

import dev.hone.formats.tables.PrepCountRow;
import dev.hone.formats.tables.PrepRow;
import dev.hone.formats.tables.QualityRow;
import dev.hone.packing.quality.Filter;
import java.util.List;

/**
 * What a preparation did.
 *
 * @param prep its row, as the table holds it
 * @param encoded documents that came into it now, those in quarantine included; 0: it was finished
 *     before, and nothing came into it
 * @param refused refused records of its datasets, in both stages, the most frequent first
 * @param counts what became of each dataset, as the table holds it
 * @param quality what each filter removed, as the table holds it
 * @param mix what the mix took of each dataset, a line each; empty without one
 * @param notices what the user should know about the tokenizer
 */
public record PrepReport(
    PrepRow prep,
    long encoded,
    List<Refusals> refused,
    List<PrepCountRow> counts,
    List<QualityRow> quality,
    List<String> mix,
    List<String> notices) {
  public PrepReport {
    refused = List.copyOf(refused);
    counts = List.copyOf(counts);
    quality = List.copyOf(quality);
    mix = List.copyOf(mix);
    notices = List.copyOf(notices);
  }

  /** Whether it was finished before, and nothing came into it. */
  public boolean reused() {
    return encoded == 0;
  }

  /** Whether documents were added to a preparation that was there. */
  public boolean grown() {
    long left = PrepCounts.of(counts).total(PrepCounts.NOT_SAMPLED);
    return encoded > 0 && encoded + left < prep.documents();
  }

  /** What excess_length_strategy and allow did, a line for each dataset in which they did. */
  public List<String> effects() {
    return PrepCounts.of(counts).effects();
  }

  /** What the filters removed, a line for each filter and dataset from which it removed some. */
  public List<String> removed() {
    return quality.stream()
        .filter(row -> row.removed() > 0)
        .map(
            row ->
                "%s removed %d of %d documents (dataset %s)"
                    .formatted(row.filter(), row.removed(), row.documents(), row.dataset()))
        .toList();
  }

  /** Refused records that no filter removed. */
  public List<Refusals> refusedOtherwise() {
    return refused.stream()
        .filter(refusal -> refusal.stage().equals("ingest") || !isFilter(refusal.reason()))
        .toList();
  }

  private static boolean isFilter(String reason) {
    return Filter.keys().contains(reason);
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
