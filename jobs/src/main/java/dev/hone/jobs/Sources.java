package dev.hone.jobs;

import static org.apache.spark.sql.functions.col;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.ingest.DatasetSource;
import dev.hone.ingest.IngestJob;
import dev.hone.ingest.IngestReport;
import dev.hone.ingest.SourceFormat;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Every source that a configuration names, and its documents. */
final class Sources {
  private Sources() {}

  /**
   * Brings {@code documents} and {@code quarantine} up to date.
   *
   * @param notices is told what {@code validation: repair} changed
   * @param watcher is told how far the reading has come
   * @throws HoneException if every record of a source was refused: its type or its keys are wrong
   */
  static IngestReport ingest(
      Warehouse warehouse, HoneConfig config, Consumer<String> notices, Progress.Listener watcher) {
    List<HoneConfig.Dataset> all = all(config);
    IngestReport report =
        IngestJob.run(
            warehouse.spark(), warehouse, all.stream().map(Sources::source).toList(), watcher);
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      IngestReport.Dataset read = report.datasets().get(i);
      if (!read.repairs().isEmpty()) {
        notices.accept(
            "%s: %s: repaired in '%s': %s"
                .formatted(
                    all.get(i).location(),
                    all.get(i).key(),
                    all.get(i).path(),
                    counts(read.repairs())));
      }
      if (read.accepted() == 0 && read.quarantined() > 0) {
        refused.add(allRefused(all.get(i), read));
      }
    }
    if (!refused.isEmpty()) {
      throw new HoneException(String.join("\n", refused));
    }
    return report;
  }

  /** Every entry: to train on, held out, and to ask questions from. */
  static List<HoneConfig.Dataset> all(HoneConfig config) {
    List<HoneConfig.Dataset> all = new ArrayList<>(config.data().datasets());
    all.addAll(config.data().testDatasets());
    config.data().evaluation().questions().forEach(entry -> all.add(entry.source()));
    return all;
  }

  private static String allRefused(HoneConfig.Dataset entry, IngestReport.Dataset read) {
    return "%s: %s: all %d records of '%s' were refused as type '%s': %s; check type and field keys against the rows, or see table quarantine"
        .formatted(
            entry.location(),
            entry.key(),
            read.quarantined(),
            entry.path(),
            entry.type(),
            counts(read.quarantine()));
  }

  private static String counts(Map<String, Long> reasons) {
    return reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(reason -> reason.getValue() + " " + reason.getKey())
        .collect(Collectors.joining(", "));
  }

  /** An entry in the words of ingest. */
  static DatasetSource source(HoneConfig.Dataset entry) {
    return new DatasetSource(
        entry.name(),
        entry.path(),
        entry.type(),
        entry.options(),
        SourceFormat.named(entry.dsType()).orElseThrow(),
        entry.landing(),
        entry.table());
  }

  /**
   * The documents of a dataset in the order of its sources.
   *
   * @throws HoneException if there is none
   */
  static List<DocumentRow> documents(Warehouse warehouse, HoneConfig.Dataset entry) {
    Rows<DocumentRow> rows = Rows.of(DocumentRow.class);
    List<DocumentRow> documents =
        warehouse
            .read(DocumentRow.class)
            .where(col("dataset").equalTo(entry.name()))
            .orderBy("source", "ordinal", "source_version")
            .collectAsList()
            .stream()
            .map(rows::fromRow)
            .toList();
    if (documents.isEmpty()) {
      throw new HoneException(
          "%s: %s: '%s' gave no document; table quarantine says which rows were refused, and why"
              .formatted(entry.location(), entry.key(), entry.path()));
    }
    return documents;
  }
}
