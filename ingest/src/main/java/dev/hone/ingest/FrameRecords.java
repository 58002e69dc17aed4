package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.formats.HoneException;
import dev.hone.ingest.read.Found;
import dev.hone.ingest.tables.Failures;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The records of what Spark itself reads: Parquet files, tables and queries. A row becomes a JSON
 * object, and a null column is absent.
 */
final class FrameRecords {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final SparkSession spark;

  FrameRecords(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * A table or query, read once.
   *
   * @param source what it is called, and in which version
   * @param rows columns json and row_key, in the order of the result; not asked for where the
   *     version is known already
   * @param failure what is said where its rows cannot be read after all
   * @param close to be called in the end
   */
  record Frame(
      SourceFile source,
      Supplier<Dataset<Row>> rows,
      UnaryOperator<HoneException> failure,
      Runnable close) {}

  /**
   * What becomes of the rows of Parquet files that have the same columns; the ordinal is the
   * position in the file.
   */
  JavaRDD<Row> parquet(List<SourceFile> files, Outcomes outcomes) {
    Map<String, SourceFile> byPath =
        files.stream().collect(Collectors.toMap(SourceFile::source, Function.identity()));
    return spark
        .read()
        .option("mergeSchema", "false")
        .parquet(files.stream().map(SourceFile::source).toArray(String[]::new))
        .select(col("_metadata.file_path"), col("_metadata.row_index"), to_json(struct(col("*"))))
        .javaRDD()
        .map(
            row -> {
              // Spark spells the path as a URI, with its special characters escaped.
              SourceFile file = byPath.get(new Path(URI.create(row.getString(0))).toString());
              return outcomes.of(
                  file, new Found.Item(row.getLong(1), null, parsed(row.getString(2))));
            });
  }

  /**
   * A table. The version of a Delta table is its commit, that of another a fingerprint of its rows.
   * Rows come in the order in which Spark reads its files; a query with ORDER BY gives another.
   */
  Frame table(DatasetSource dataset, String identifier) {
    return clearly(
        dataset,
        () -> {
          Optional<DeltaSource> delta = DeltaSource.find(spark, dataset, identifier);
          if (delta.isEmpty()) {
            if (!dataset.table().isNewest()) {
              throw notDelta(dataset, identifier);
            }
            return fingerprinted(dataset, identifier, spark.table(identifier));
          }
          long version = delta.get().version();
          return new Frame(
              source(identifier, version + "," + dataset.rules()),
              () -> KeyedRows.of(dataset, delta.get().at(version)),
              failure -> delta.get().clear(DeltaSource.GONE, version, failure),
              () -> {});
        });
  }

  /**
   * The Delta table that is followed.
   *
   * @throws HoneException if it is none
   */
  DeltaSource followed(DatasetSource dataset, String identifier) {
    return clearly(dataset, () -> DeltaSource.find(spark, dataset, identifier))
        .orElseThrow(() -> notDelta(dataset, identifier));
  }

  private static HoneException notDelta(DatasetSource dataset, String identifier) {
    return new HoneException(
        "dataset %s: '%s' is no Delta table, so it has no versions and no change data feed; remove version, timestamp and follow"
            .formatted(dataset.name(), identifier));
  }

  /** A query. Its version is a fingerprint of its result, so an unchanged result is read once. */
  Frame query(DatasetSource dataset, String sql) {
    return clearly(dataset, () -> fingerprinted(dataset, sql, spark.sql(sql)));
  }

  /** What becomes of the rows of a table or query; the ordinal is the position in the result. */
  static JavaRDD<Row> outcomes(Frame frame, Outcomes outcomes) {
    SourceFile source = frame.source();
    return frame
        .rows()
        .get()
        .javaRDD()
        .zipWithIndex()
        .map(
            numbered ->
                outcomes.of(source, item(numbered._2(), numbered._1()), key(numbered._1())));
  }

  private static Found.Item item(long ordinal, Row row) {
    return new Found.Item(ordinal, null, parsed(row.getString(0)));
  }

  private static String key(Row row) {
    return row.isNullAt(1) ? null : row.getString(1);
  }

  /** What becomes of the first rows of a table or query, with no version looked for. */
  List<Row> firstOutcomes(DatasetSource dataset, SourcePath path, Outcomes outcomes, int rows) {
    String name;
    Dataset<Row> frame;
    if (path instanceof SourcePath.Table table) {
      name = table.identifier();
      frame =
          DeltaSource.find(spark, dataset, name)
              .map(delta -> delta.at(delta.version()))
              .orElseGet(() -> spark.table(table.identifier()));
    } else {
      name = ((SourcePath.Query) path).sql();
      frame = spark.sql(name);
    }
    SourceFile source = source(name, dataset.rules());
    List<Row> found = new ArrayList<>();
    for (Row row : KeyedRows.of(dataset, frame).takeAsList(rows)) {
      found.add(outcomes.of(source, item(found.size(), row), key(row)));
    }
    return found;
  }

  private Frame fingerprinted(DatasetSource dataset, String name, Dataset<Row> rows) {
    // Kept, because it is read three times and a query may give another result each time.
    Dataset<Row> json = KeyedRows.of(dataset, rows).persist(StorageLevel.MEMORY_AND_DISK());
    Row print = json.agg(count(lit(1)), sum(xxhash64(col("json")).cast("decimal(20,0)"))).head();
    String version = "%d rows,%s,%s".formatted(print.getLong(0), print.get(1), dataset.rules());
    return new Frame(source(name, version), () -> json, UnaryOperator.identity(), json::unpersist);
  }

  private static <T> T clearly(DatasetSource dataset, Supplier<T> read) {
    try {
      return read.get();
    } catch (HoneException e) {
      throw e;
    } catch (Exception e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be read: %s; correct the table or query"
              .formatted(dataset.name(), dataset.path(), Failures.firstLine(e)),
          e);
    }
  }

  /** A table or query as a source. */
  static SourceFile source(String name, String version) {
    return new SourceFile(name, name, version, null, 0, true);
  }

  /** What Spark wrote as JSON. */
  static JsonNode parsed(String row) {
    try {
      return MAPPER.readTree(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Spark wrote JSON that is none: " + row, e);
    }
  }
}
