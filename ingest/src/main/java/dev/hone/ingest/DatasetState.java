package dev.hone.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Warehouse;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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

  /** Strings as Spark and Delta compare them, by their bytes; Java compares UTF-16 units. */
  private static final Comparator<String> UTF8_ORDER =
      (left, right) -> Arrays.compareUnsigned(left.getBytes(UTF_8), right.getBytes(UTF_8));

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

  /** The number that a source's version begins with: of a followed table, the Delta version. */
  static Column versionNumber() {
    return expr("try_cast(substring_index(source_version, ',', 1) AS BIGINT)");
  }

  /** Accepted records as rows of {@code documents}, with no {@code duplicate_of} yet. */
  Dataset<Row> documentRows(Dataset<Row> outcomes, Instant now) {
    return inOrder(
        outcomes.where("reason IS NULL"),
        DocumentRow.class,
        Map.of(
            "dataset", lit(dataset),
            "duplicate_of", lit(null).cast("string"),
            "ingested_at", lit(now)));
  }

  /** Refused records as rows of {@code quarantine}. */
  Dataset<Row> quarantineRows(Dataset<Row> outcomes, Instant now) {
    return inOrder(
        outcomes.where("reason IS NOT NULL"),
        QuarantineRow.class,
        Map.of(
            "dataset", lit(dataset),
            "stage", lit("ingest"),
            "prep_id", lit(null).cast("string"),
            "quarantined_at", lit(now)));
  }

  private Dataset<Row> inOrder(
      Dataset<Row> rows, Class<? extends Record> table, Map<String, Column> constants) {
    return rows.select(
        Arrays.stream(warehouse.schema(table).struct().fieldNames())
            .map(name -> constants.getOrDefault(name, col(name)).as(name))
            .toArray(Column[]::new));
  }

  /**
   * The condition that the version of a row lies between the first and the last of some sources'.
   * Versions begin with the time of a file, so Delta's statistics, which hold the first 32
   * characters, leave all that was ingested at other times unopened.
   */
  private static Column isInRange(Set<Version> versions) {
    List<String> sorted = versions.stream().map(Version::version).sorted(UTF8_ORDER).toList();
    return sorted.isEmpty()
        ? lit(false)
        : col("source_version").between(sorted.get(0), sorted.get(sorted.size() - 1));
  }

  /**
   * What a table holds of some sources.
   *
   * @param tableVersion the version of the table that was looked at, or an older one
   * @param versions those that have a row in it
   * @param rows how many rows they have
   */
  record Part(long tableVersion, Set<Version> versions, long rows) {}

  /** What the two tables hold of some sources. */
  record Present(Part documents, Part quarantine) {
    long rows() {
      return documents.rows() + quarantine.rows();
    }
  }

  /** Looks which of some sources have rows; each has all or none, see {@link TableCommit}. */
  Present present(Set<Version> versions) {
    long documentsVersion = warehouse.version(DocumentRow.class);
    long quarantineVersion = warehouse.version(QuarantineRow.class);
    Map<Boolean, Map<Version, Long>> found = new HashMap<>();
    for (Row row :
        from(
                versions,
                documents()
                    .select(lit(true).as("accepted"), col("source"), col("source_version"))
                    .union(quarantine().select(lit(false), col("source"), col("source_version"))))
            .groupBy("source", "source_version", "accepted")
            .count()
            .collectAsList()) {
      found
          .computeIfAbsent(row.getBoolean(2), accepted -> new HashMap<>())
          .put(version(row), row.getLong(3));
    }
    return new Present(
        part(documentsVersion, found.getOrDefault(true, Map.of())),
        part(quarantineVersion, found.getOrDefault(false, Map.of())));
  }

  private static Part part(long tableVersion, Map<Version, Long> rows) {
    return new Part(
        tableVersion,
        Set.copyOf(rows.keySet()),
        rows.values().stream().mapToLong(Long::longValue).sum());
  }

  /** The rows of a table that came from some sources. */
  Dataset<Row> from(Set<Version> versions, Dataset<Row> rows) {
    return matched(rows.where(isInRange(versions)), versions, "left_semi");
  }

  /** Those rows that came from other sources. */
  static Dataset<Row> without(Set<Version> versions, Dataset<Row> rows) {
    return versions.isEmpty() ? rows : matched(rows, versions, "left_anti");
  }

  private static Dataset<Row> matched(Dataset<Row> rows, Set<Version> versions, String join) {
    List<Row> list =
        versions.stream()
            .map(version -> RowFactory.create(version.source(), version.version()))
            .toList();
    StructType columns =
        StructType.fromDDL("source STRING NOT NULL, source_version STRING NOT NULL");
    Dataset<Row> wanted = rows.sparkSession().createDataFrame(list, columns);
    return rows.join(broadcast(wanted), new String[] {"source", "source_version"}, join);
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

    /** Every source that has a row in one of the tables. */
    Set<Version> versions() {
      Set<Version> all = new HashSet<>(documents.keySet());
      all.addAll(refused.keySet());
      return all;
    }

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
