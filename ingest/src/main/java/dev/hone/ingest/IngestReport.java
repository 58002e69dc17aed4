package dev.hone.ingest;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What ingest found, dataset by dataset, in the order of the configuration.
 *
 * @param datasets one report for each entry
 */
public record IngestReport(List<Dataset> datasets) {
  public IngestReport {
    datasets = List.copyOf(datasets);
  }

  /** Records accepted, all datasets together. */
  public long accepted() {
    return datasets.stream().mapToLong(Dataset::accepted).sum();
  }

  /** Records refused, all datasets together. */
  public long quarantined() {
    return datasets.stream().mapToLong(Dataset::quarantined).sum();
  }

  /** Datasets that have not one document, because they are empty or everything was refused. */
  public List<Dataset> withoutDocuments() {
    return datasets.stream().filter(dataset -> dataset.accepted() == 0).toList();
  }

  /**
   * One dataset as it now is in the warehouse, whenever its records were read.
   *
   * @param name of the dataset
   * @param path where it lies
   * @param sources files, or 1 for a table or query
   * @param sourcesRead those of them that were new or changed, and so were read this time
   * @param recordsRead records in those
   * @param accepted documents of the dataset
   * @param duplicates documents that repeat an earlier one of the dataset
   * @param quarantine refused records by reason
   * @param repairs what {@code validation: repair} changed in the records that were read this time,
   *     by reason
   * @param ignored files in the folder that do not say by their names that they hold records
   * @param text statistics of the documents that were read this time; empty if there are none
   * @param forgotten records that were read this time and left out, because hone forget took them
   *     out before
   */
  public record Dataset(
      String name,
      String path,
      long sources,
      long sourcesRead,
      long recordsRead,
      long accepted,
      long duplicates,
      Map<String, Long> quarantine,
      Map<String, Long> repairs,
      List<String> ignored,
      Optional<TextStatistics> text,
      long forgotten) {
    public Dataset {
      quarantine = Map.copyOf(quarantine);
      repairs = Map.copyOf(repairs);
      ignored = List.copyOf(ignored);
    }

    /** What the warehouse holds of a dataset, none of it read now. */
    static Dataset of(DatasetSource dataset, DatasetState state) {
      DatasetState.Counts counts = state.counts();
      return new Dataset(
          dataset.name(),
          dataset.path(),
          counts.versions().size(),
          0,
          0,
          counts.accepted(),
          counts.duplicates(),
          counts.refusedByReason(),
          Map.of(),
          List.of(),
          Optional.empty(),
          0);
    }

    /** The same, and what was read for it. */
    Dataset after(
        long sourcesRead,
        long recordsRead,
        long forgotten,
        Map<String, Long> repairs,
        List<String> ignored) {
      return new Dataset(
          name,
          path,
          sources,
          sourcesRead,
          recordsRead,
          accepted,
          duplicates,
          quarantine,
          repairs,
          ignored,
          text,
          forgotten);
    }

    /** Records in the sources: accepted and refused. */
    public long records() {
      return accepted + quarantined();
    }

    /** Refused records. */
    public long quarantined() {
      return quarantine.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
