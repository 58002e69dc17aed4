package dev.hone.ingest.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The one session of this module's tests: two threads, as on the command line. */
public final class TestSpark {
  private static final SparkSession SESSION = start();

  private TestSpark() {}

  public static SparkSession session() {
    return SESSION;
  }

  private static SparkSession start() {
    try {
      // Below target/, where mvn clean finds what the tests' catalog tables leave.
      Path warehouse = Files.createDirectories(Path.of("target", "spark-warehouse"));
      return LocalSpark.session(
          2,
          Map.of(
              "spark.sql.warehouse.dir",
              Files.createTempDirectory(warehouse, "run").toUri().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
