package dev.hone.packing;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The documents of a preparation: what they are, for its identity, and where each stands in the
 * order of the configuration.
 *
 * <p>Positions are counted without sorting the documents: every source gets the range of positions
 * after the source before it, and a document's position is its ordinal in that range. Records that
 * ingest refused leave gaps.
 *
 * <p>Worked example: dataset {@code b} (listed first) with one file whose last ordinal is 4,
 * dataset {@code a} with files {@code x} (last ordinal 1) and {@code y}: positions from 0, 5 and 7.
 *
 * @param sources every source, in position order
 */
record DocumentSources(List<Source> sources) {

  private static final StructType RANGES =
      new StructType()
          .add("dataset", DataTypes.StringType, false)
          .add("source", DataTypes.StringType, false)
          .add("source_version", DataTypes.StringType, false)
          .add("first_position", DataTypes.LongType, false);

  /**
   * One file, table or query of a dataset.
   *
   * @param digest of the ids and contents of its documents, in whatever order they are read
   */
  record Source(
      String dataset,
      String source,
      String version,
      long documents,
      long lastOrdinal,
      String digest) {}

  /**
   * Counts and fingerprints the documents of the datasets, reading no text.
   *
   * @param documents of these datasets and perhaps of others
   */
  static DocumentSources of(Dataset<Row> documents, PrepSpec spec) {
    return of(documents, spec.allDatasets().stream().map(PrepDataset::name).toList());
  }

  /** The same, where only the names of the datasets are known. */
  static DocumentSources of(Dataset<Row> documents, List<String> names) {
    List<Source> sources =
        documents
            .where(col("dataset").isin(names.toArray()))
            .groupBy("dataset", "source", "source_version")
            .agg(
                count(lit(1)),
                max("ordinal"),
                digest(col("record_id"), col("content_hash")),
                digest(col("content_hash"), col("record_id")))
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Source(
                        row.getString(0),
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getDecimal(5) + "," + row.getDecimal(6)))
            .sorted(
                Comparator.comparingInt((Source source) -> names.indexOf(source.dataset()))
                    .thenComparing(Source::source)
                    .thenComparing(Source::version))
            .toList();
    return new DocumentSources(sources);
  }

  /**
   * Refuses to go on with nothing.
   *
   * @throws HoneException if there is no document to train on
   */
  void requireTraining(PrepSpec spec) {
    if (spec.datasets().stream().allMatch(dataset -> documents(dataset.name()) == 0)) {
      throw new HoneException(
          "table documents has no record of dataset %s: its files hold none, or all of them were refused, and table quarantine says why"
              .formatted(
                  spec.datasets().stream()
                      .map(PrepDataset::name)
                      .collect(Collectors.joining(", "))));
    }
  }

  /** A sum of hashes: it does not depend on the order, and two independent ones leave no chance. */
  private static Column digest(Column... columns) {
    return sum(xxhash64(columns).cast("decimal(20,0)"));
  }

  /** Documents of all datasets. */
  long documents() {
    return sources.stream().mapToLong(Source::documents).sum();
  }

  /** Documents of one dataset. */
  long documents(String dataset) {
    return sources.stream()
        .filter(source -> source.dataset().equals(dataset))
        .mapToLong(Source::documents)
        .sum();
  }

  /** What a dataset holds: changes with every source, source version and record. */
  String fingerprint(String dataset) {
    return Sha256.hex(
        sources.stream()
            .filter(source -> source.dataset().equals(dataset))
            .map(Source::toString)
            .collect(Collectors.joining("\n")));
  }

  /**
   * The documents of these sources with their {@code position}, and in {@code kept_as} the record
   * id of the first document with the same content: the document's own unless {@code dedup} is on.
   *
   * @param before position of the first document
   */
  Dataset<Row> positioned(Dataset<Row> documents, long before, boolean dedup) {
    Dataset<Row> ranges = documents.sparkSession().createDataFrame(ranges(before), RANGES);
    Dataset<Row> positioned =
        documents
            .join(broadcast(ranges), new String[] {"dataset", "source", "source_version"})
            .withColumn("position", col("first_position").plus(col("ordinal")))
            .drop("first_position");
    Column keptAs =
        dedup
            ? first("record_id").over(Window.partitionBy("content_hash").orderBy(col("position")))
            : col("record_id");
    return positioned.withColumn("kept_as", keptAs);
  }

  /** Positions that the documents take up, gaps included. */
  long positions() {
    return sources.stream().mapToLong(source -> source.lastOrdinal() + 1).sum();
  }

  /** The position of record 0 of each source, counted from 0. */
  List<Long> firstPositions() {
    List<Long> first = new ArrayList<>();
    long position = 0;
    for (Source source : sources) {
      first.add(position);
      position += source.lastOrdinal() + 1;
    }
    return first;
  }

  private List<Row> ranges(long before) {
    List<Long> first = firstPositions();
    List<Row> ranges = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Source source = sources.get(i);
      ranges.add(
          RowFactory.create(
              source.dataset(), source.source(), source.version(), before + first.get(i)));
    }
    return ranges;
  }
}
