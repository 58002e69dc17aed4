package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import dev.hone.formats.HoneException;
import dev.hone.formats.Sha256;
import dev.hone.ingest.tables.Failures;
import io.delta.tables.DeltaTable;
import java.io.FileNotFoundException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A Delta table that a dataset is read from.
 *
 * @param identifier how SQL names it
 * @param newest its last version
 */
record DeltaSource(SparkSession spark, DatasetSource dataset, String identifier, long newest) {
  private static final String FEED = "delta.enableChangeDataFeed";

  /** What is said where a version cannot be read. */
  static final String GONE =
      "has no version %d any more: %s; correct version or timestamp, or remove it to read the newest";

  /** What is said where the feed cannot be read, of the last version that is known. */
  static final String LOST =
      "cannot be followed on from version %d: %s; its changes were vacuumed, or its columns were changed, so give the entry a new name, which reads it from the beginning";

  /** The table; empty if it is no Delta table. */
  static Optional<DeltaSource> find(SparkSession spark, DatasetSource dataset, String identifier) {
    try {
      long newest =
          DeltaTable.forName(spark, identifier).history(1).select("version").head().getLong(0);
      return Optional.of(new DeltaSource(spark, dataset, identifier, newest));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * The version to read.
   *
   * @throws HoneException if the table has no such version, or none of that time
   */
  long version() {
    TableRead read = dataset.table();
    if (read.version().isPresent()) {
      long version = read.version().getAsLong();
      if (version > newest) {
        throw problem(
            "has no version %d yet, its newest is %d; correct version".formatted(version, newest));
      }
      return version;
    }
    return read.timestamp().isPresent() ? versionAt(read.timestamp().get()) : newest;
  }

  private long versionAt(Instant timestamp) {
    if (timestamp.isAfter(Instant.now())) {
      throw problem(
          "cannot be read as of %s, which is still to come; correct timestamp"
              .formatted(timestamp));
    }
    Row version =
        DeltaTable.forName(spark, identifier)
            .history()
            .where(col("timestamp").leq(lit(timestamp)))
            .agg(max("version"))
            .head();
    if (version.isNullAt(0)) {
      throw problem(
          "has no version as old as %s any more, or was not there yet; correct timestamp"
              .formatted(timestamp));
    }
    return version.getLong(0);
  }

  /** All rows of a version. */
  Dataset<Row> at(long version) {
    return clearly(
        GONE,
        version,
        () -> spark.sql("SELECT * FROM " + identifier + " VERSION AS OF " + version));
  }

  /**
   * The change data feed.
   *
   * @param after the last version that is known
   * @param to the last version that is read
   */
  Dataset<Row> changes(long after, long to) {
    return clearly(
        LOST,
        after,
        () ->
            spark
                .read()
                .option("readChangeFeed", "true")
                .option("startingVersion", after + 1)
                .option("endingVersion", to)
                .table(identifier));
  }

  /**
   * Does something with a version of the table that may no longer be there.
   *
   * @param problem with the version and what was found
   */
  <T> T clearly(String problem, long version, Supplier<T> action) {
    try {
      return action.get();
    } catch (Exception e) {
      throw clear(problem, version, e);
    }
  }

  /** What is said of a failure; a line that is clear already stays, unless a file is missing. */
  HoneException clear(String problem, long version, Exception failure) {
    return failure instanceof HoneException clear && !missesFile(failure)
        ? clear
        : new HoneException(said(problem.formatted(version, Failures.firstLine(failure))), failure);
  }

  private static boolean missesFile(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof FileNotFoundException || message.contains("FILE_NOT_EXIST")) {
        return true;
      }
    }
    return false;
  }

  /**
   * What tells it from any other table, whatever they are called; it is followed by this.
   *
   * @throws HoneException if it has no change data feed
   */
  String requireFollowable() {
    Row detail = DeltaTable.forName(spark, identifier).detail().select("id", "properties").head();
    Map<String, String> properties = detail.getJavaMap(1);
    if (!"true".equalsIgnoreCase(properties.get(FEED))) {
      throw problem(
          "has no change data feed, so it cannot be followed; switch it on with ALTER TABLE %s SET TBLPROPERTIES (%s = true), or remove follow to read all of it whenever it changes"
              .formatted(identifier, FEED));
    }
    return Sha256.hex(detail.getString(0)).substring(0, 8);
  }

  HoneException problem(String said) {
    return new HoneException(said(said));
  }

  private String said(String said) {
    return "dataset %s: table '%s' ".formatted(dataset.name(), identifier) + said;
  }
}
