package dev.hone.ingest;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** What {@code path:} of a dataset means. */
sealed interface SourcePath {

  /**
   * A file, or a folder, or what a glob found.
   *
   * @param base the folder that the names of the files are relative to
   */
  record Files(FileSystem fileSystem, Path base, List<FileStatus> roots) implements SourcePath {}

  /** A table of the catalog, or a folder that is a Delta table. */
  record Table(String identifier) implements SourcePath {}

  /** A query. */
  record Query(String sql) implements SourcePath {}

  Pattern QUERY =
      Pattern.compile("\\s*(select|with)\\s.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  Pattern WILDCARD = Pattern.compile("[*?{\\[]");
  Pattern TABLE = Pattern.compile("[\\w.`]+");

  /**
   * Looks what is there: a query is one by its first word; a file goes before a table of the same
   * name.
   *
   * @throws HoneException if there is nothing, or it cannot be reached
   */
  static SourcePath of(DatasetSource dataset, SparkSession spark, Configuration hadoop) {
    String path = dataset.path();
    if (QUERY.matcher(path).matches()) {
      return new Query(path.strip());
    }
    try {
      // What is no path is a table's name or nothing.
      Path pattern = new Path(path);
      FileSystem fileSystem = pattern.getFileSystem(hadoop);
      Optional<FileStatus> exact = exact(fileSystem, pattern);
      if (exact.isPresent()) {
        return fileOrTable(fileSystem, exact.get());
      }
      FileStatus[] matches = fileSystem.globStatus(pattern);
      if (matches != null && matches.length > 0) {
        Path base = fileSystem.makeQualified(beforeWildcard(pattern));
        return new Files(fileSystem, base, List.of(matches));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new HoneException(
          "dataset %s: path '%s' cannot be reached: %s; check the address and your access"
              .formatted(dataset.name(), path, Failures.firstLine(e)),
          e);
    }
    if (TABLE.matcher(path).matches() && spark.catalog().tableExists(path)) {
      return new Table(path);
    }
    throw new HoneException(
        "dataset %s: path '%s' is no file, folder or table that exists, and no SELECT; correct it (relative paths start at the working directory)"
            .formatted(dataset.name(), path));
  }

  /** The path as it is goes before its meaning as a glob: its name may hold brackets. */
  private static Optional<FileStatus> exact(FileSystem fileSystem, Path path) throws IOException {
    try {
      return Optional.of(fileSystem.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static SourcePath fileOrTable(FileSystem fileSystem, FileStatus found)
      throws IOException {
    Path path = found.getPath();
    if (found.isFile()) {
      return new Files(fileSystem, path.getParent(), List.of(found));
    }
    return fileSystem.exists(new Path(path, "_delta_log"))
        ? new Table("delta.`" + path.toString().replace("`", "``") + "`")
        : new Files(fileSystem, path, List.of(found));
  }

  private static Path beforeWildcard(Path pattern) {
    Path base = pattern;
    while (base.getParent() != null && WILDCARD.matcher(base.toString()).find()) {
      base = base.getParent();
    }
    return base;
  }
}
