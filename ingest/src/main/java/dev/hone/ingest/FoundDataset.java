package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.ingest.read.FileKind;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A dataset whose path was found, and how its records are read.
 *
 * @param outcomes what becomes of a record
 * @param path what the path means
 * @param files the files, unless it is a table or query
 */
record FoundDataset(
    SparkSession spark,
    DatasetSource dataset,
    Outcomes outcomes,
    SourcePath path,
    Optional<FileListing> files) {

  /**
   * Looks what the path of a dataset means; reads no record.
   *
   * @throws dev.hone.formats.HoneException if path, type or keys are wrong
   */
  static FoundDataset find(SparkSession spark, DatasetSource dataset, Configuration hadoop) {
    return find(spark, dataset, Outcomes.of(dataset), hadoop);
  }

  /** The same with other outcomes than the dataset's type gives. */
  static FoundDataset find(
      SparkSession spark, DatasetSource dataset, Outcomes outcomes, Configuration hadoop) {
    SourcePath path = SourcePath.of(dataset, spark, hadoop);
    requireTable(dataset, path);
    return new FoundDataset(
        spark,
        dataset,
        outcomes,
        path,
        path instanceof SourcePath.Files files
            ? Optional.of(FileListing.of(dataset, files, hadoop))
            : Optional.empty());
  }

  private static void requireTable(DatasetSource dataset, SourcePath path) {
    TableRead read = dataset.table();
    boolean fits =
        path instanceof SourcePath.Table
            || (path instanceof SourcePath.Query && read.isNewest())
            || read.equals(TableRead.NEWEST);
    if (!fits) {
      throw new HoneException(
          "dataset %s: path '%s' is no table, and version, timestamp, row_key and follow are for tables; remove them, or name the table (in a query write VERSION AS OF)"
              .formatted(dataset.name(), dataset.path()));
    }
  }

  /** A landing folder, whose files come later. */
  static FoundDataset landing(
      SparkSession spark, DatasetSource dataset, Outcomes outcomes, SourcePath path) {
    return new FoundDataset(spark, dataset, outcomes, path, Optional.empty());
  }

  /** What becomes of the records of files of any kinds. */
  JavaRDD<Row> outcomes(List<SourceFile> files, long partBytes) {
    FileRecords records = new FileRecords(spark, partBytes);
    List<SourceFile> parquet =
        files.stream().filter(file -> file.kind() == FileKind.PARQUET).toList();
    List<SourceFile> others =
        files.stream().filter(file -> file.kind() != FileKind.PARQUET).toList();
    JavaRDD<Row> rows = records.outcomes(records.sniff(others), outcomes);
    if (parquet.isEmpty()) {
      return rows;
    }
    ParquetGroups groups = records.group(parquet);
    if (!groups.damaged().isEmpty()) {
      rows = rows.union(records.damaged(groups.damaged(), outcomes));
    }
    for (List<SourceFile> group : groups.groups()) {
      rows = rows.union(new FrameRecords(spark).parquet(group, outcomes));
    }
    return rows;
  }

  /** For each source in order: what becomes of the first records of it, of as many as asked for. */
  List<IntFunction<List<Row>>> firstOutcomes() {
    if (files.isEmpty()) {
      FrameRecords frames = new FrameRecords(spark);
      return List.of(rows -> frames.firstOutcomes(dataset, path, outcomes, rows));
    }
    return files.get().files().stream()
        .<IntFunction<List<Row>>>map(
            file -> rows -> outcomes(List.of(file), FileRecords.PART_BYTES).take(rows))
        .toList();
  }

  /** The rows of a table or query, in one version; to be unpersisted. */
  FrameRecords.Frame frame() {
    FrameRecords frames = new FrameRecords(spark);
    return path instanceof SourcePath.Table table
        ? frames.table(dataset, table.identifier())
        : frames.query(dataset, ((SourcePath.Query) path).sql());
  }
}
