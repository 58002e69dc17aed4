package dev.hone.ingest;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Warehouse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** What the warehouse holds of one dataset: its documents, and what ingest refused. */
final class DatasetState {
  private final Warehouse warehouse;
  private final String dataset;

  /** A source in one version. */
  record Version(String source, String version) {}

  DatasetState(Warehouse warehouse, String dataset) {
    this.warehouse = warehouse;
    this.dataset = dataset;
  }

  String dataset() {
    return dataset;
  }

  Warehouse warehouse() {
    return warehouse;
  }

  Dataset<Row> documents() {
    return warehouse.read(DocumentRow.class).where(isOfDataset(""));
  }

  Dataset<Row> quarantine() {
    return warehouse.read(QuarantineRow.class).where(isOfDataset("").and(isOfIngest("")));
  }

  /** The condition on a row of either table, under a name such as {@code old.}. */
  Column isOfDataset(String alias) {
    return col(alias + "dataset").equalTo(dataset);
  }

  /** The condition on a quarantine row that it was not refused by a preparation. */
  static Column isOfIngest(String alias) {
    return col(alias + "stage").equalTo("ingest");
  }

  /** The rows of a table that came from some sources. */
  Dataset<Row> from(Set<Version> versions, Dataset<Row> rows) {
    List<Row> list =
        versions.stream()
            .map(version -> RowFactory.create(version.source(), version.version()))
            .toList();
    StructType columns =
        StructType.fromDDL("source STRING NOT NULL, source_version STRING NOT NULL");
    Dataset<Row> wanted = warehouse.spark().createDataFrame(list, columns);
    return rows.join(
        broadcast(wanted),
        rows.col("source")
            .equalTo(wanted.col("source"))
            .and(rows.col("source_version").equalTo(wanted.col("source_version"))),
        "left_semi");
  }

  /** Counts the rows of both tables, source by source: as many numbers as files. */
  Counts counts() {
    Map<Version, Documents> documents = new HashMap<>();
    for (Row row :
        documents()
            .groupBy("source", "source_version")
            .agg(count(lit(1)), count_if(col("duplicate_of").isNotNull()))
            .collectAsList()) {
      documents.put(version(row), new Documents(row.getLong(2), row.getLong(3)));
    }
    Map<Version, Map<String, Long>> refused = new HashMap<>();
    for (Row row :
        quarantine().groupBy("source", "source_version", "reason").count().collectAsList()) {
      refused
          .computeIfAbsent(version(row), version -> new TreeMap<>())
          .put(row.getString(2), row.getLong(3));
    }
    return new Counts(documents, refused);
  }

  private static Version version(Row row) {
    return new Version(row.getString(0), row.getString(1));
  }

  /**
   * Documents of a source.
   *
   * @param all all of them
   * @param duplicates those that repeat another
   */
  record Documents(long all, long duplicates) {}

  /**
   * Rows of a dataset by source.
   *
   * @param documents what was accepted
   * @param refused what was refused, by reason
   */
  record Counts(Map<Version, Documents> documents, Map<Version, Map<String, Long>> refused) {

    long accepted() {
      return documents.values().stream().mapToLong(Documents::all).sum();
    }

    long duplicates() {
      return documents.values().stream().mapToLong(Documents::duplicates).sum();
    }

    Map<String, Long> refusedByReason() {
      Map<String, Long> sum = new TreeMap<>();
      refused.values().forEach(one -> one.forEach((reason, n) -> sum.merge(reason, n, Long::sum)));
      return sum;
    }

    /** Records of some sources, accepted and refused. */
    long records(Set<Version> versions) {
      return versions.stream()
          .mapToLong(
              version ->
                  documents.getOrDefault(version, new Documents(0, 0)).all()
                      + refused.getOrDefault(version, Map.of()).values().stream()
                          .mapToLong(Long::longValue)
                          .sum())
          .sum();
    }
  }
}
