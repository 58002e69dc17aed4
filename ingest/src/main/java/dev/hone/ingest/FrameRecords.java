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
import io.delta.tables.DeltaTable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
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
   * @param json a row a string, in the order of the result
   */
  record Frame(SourceFile source, Dataset<String> json) {}

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
          OptionalLong commit = deltaVersion(identifier);
          if (commit.isEmpty()) {
            return fingerprinted(dataset, identifier, spark.table(identifier));
          }
          Dataset<Row> rows =
              spark.sql("SELECT * FROM " + identifier + " VERSION AS OF " + commit.getAsLong());
          return new Frame(
              source(identifier, commit.getAsLong() + "," + dataset.rules()), json(rows));
        });
  }

  /** A query. Its version is a fingerprint of its result, so an unchanged result is read once. */
  Frame query(DatasetSource dataset, String sql) {
    return clearly(dataset, () -> fingerprinted(dataset, sql, spark.sql(sql)));
  }

  /** What becomes of the rows of a table or query; the ordinal is the position in the result. */
  static JavaRDD<Row> outcomes(Frame frame, Outcomes outcomes) {
    SourceFile source = frame.source();
    return frame
        .json()
        .javaRDD()
        .zipWithIndex()
        .map(
            numbered ->
                outcomes.of(source, new Found.Item(numbered._2(), null, parsed(numbered._1()))));
  }

  /** What becomes of the first rows of a table or query, with no version looked for. */
  List<Row> firstOutcomes(DatasetSource dataset, SourcePath path, Outcomes outcomes, int rows) {
    String name;
    Dataset<Row> frame;
    if (path instanceof SourcePath.Table table) {
      name = table.identifier();
      frame = spark.table(name);
    } else {
      name = ((SourcePath.Query) path).sql();
      frame = spark.sql(name);
    }
    SourceFile source = source(name, dataset.rules());
    List<Row> found = new ArrayList<>();
    for (String row : json(frame).takeAsList(rows)) {
      found.add(outcomes.of(source, new Found.Item(found.size(), null, parsed(row))));
    }
    return found;
  }

  private Frame fingerprinted(DatasetSource dataset, String name, Dataset<Row> rows) {
    // Kept, because it is read three times and a query may give another result each time.
    Dataset<String> json = json(rows).persist(StorageLevel.MEMORY_AND_DISK());
    Row print = json.agg(count(lit(1)), sum(xxhash64(col("json")).cast("decimal(20,0)"))).head();
    String version = "%d rows,%s,%s".formatted(print.getLong(0), print.get(1), dataset.rules());
    return new Frame(source(name, version), json);
  }

  private OptionalLong deltaVersion(String identifier) {
    try {
      return OptionalLong.of(
          DeltaTable.forName(spark, identifier).history(1).select("version").head().getLong(0));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  private static Frame clearly(DatasetSource dataset, Supplier<Frame> read) {
    try {
      return read.get();
    } catch (Exception e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be read: %s; correct the table or query"
              .formatted(dataset.name(), dataset.path(), Failures.firstLine(e)),
          e);
    }
  }

  private static SourceFile source(String name, String version) {
    return new SourceFile(name, name, version, null, 0, true);
  }

  private static Dataset<String> json(Dataset<Row> rows) {
    return rows.select(to_json(struct(col("*"))).as("json")).as(Encoders.STRING());
  }

  private static JsonNode parsed(String row) {
    try {
      return MAPPER.readTree(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Spark wrote JSON that is none: " + row, e);
    }
  }
}
