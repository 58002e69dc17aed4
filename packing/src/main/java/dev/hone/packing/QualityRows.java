package dev.hone.packing;

import dev.hone.formats.tables.QualityRow;
import dev.hone.packing.quality.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Table {@code quality}, made from what is in quarantine. */
final class QualityRows {
  private QualityRows() {}

  /**
   * A row for each dataset and filter that reads it, in the order of the configuration and of the
   * filters.
   *
   * <p>Worked example: of 10 documents {@code script} removed 3 and {@code duplicate} 2; the rows
   * are script 10 documents, 3 removed, and duplicate 7 documents, 2 removed.
   *
   * @param counts how many documents each dataset has
   * @param refusals of this preparation
   */
  static List<QualityRow> of(
      String prepId, PrepSpec spec, PrepCounts counts, List<PrepReport.Refusals> refusals) {
    Map<Filter, String> filters = spec.filters();
    Set<String> trained = spec.trainedDatasets();
    List<QualityRow> rows = new ArrayList<>();
    for (PrepDataset dataset : spec.allDatasets()) {
      long documents = counts.of(dataset.name(), PrepCounts.DOCUMENTS);
      for (Map.Entry<Filter, String> filter : filters.entrySet()) {
        if (trained.contains(dataset.name()) || filter.getKey() == Filter.DUPLICATE) {
          long removed = removed(dataset.name(), filter.getKey(), refusals);
          rows.add(
              new QualityRow(
                  prepId,
                  dataset.name(),
                  filter.getKey().key(),
                  filter.getValue(),
                  documents,
                  removed));
          documents -= removed;
        }
      }
    }
    return rows;
  }

  private static long removed(String dataset, Filter filter, List<PrepReport.Refusals> refusals) {
    return refusals.stream()
        .filter(refusal -> refusal.stage().equals("prep") && refusal.dataset().equals(dataset))
        .filter(refusal -> refusal.reason().equals(filter.key()))
        .mapToLong(PrepReport.Refusals::records)
        .sum();
  }
}
