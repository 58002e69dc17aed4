package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.SmallTables;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command: the cluster's under spark-submit, otherwise one in this JVM. */
public final class Sessions {
  /** Of a cluster, where each costs a round trip. */
  private static final int STATE_TASKS = 4;

  private static final String HADOOP = "spark.hadoop.";

  private Sessions() {}

  /** Whether spark-submit started this JVM. */
  public static boolean underSparkSubmit() {
    return System.getProperty("spark.master") != null;
  }

  /**
   * Opens it. Every {@code spark.*} system property is a setting, and goes before hone's own.
   *
   * @param verbose Spark's own log level stays
   * @throws HoneException if Spark cannot start
   */
  public static SparkSession open(boolean verbose) {
    try {
      SparkVersion.here().ifPresent(SparkVersion::require);
      SparkSession spark = underSparkSubmit() ? submitted() : local();
      if (!verbose) {
        spark.sparkContext().setLogLevel(underSparkSubmit() ? "WARN" : "OFF");
      }
      return spark;
    } catch (HoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new HoneException(
          "Spark does not start: " + Failures.firstLine(e) + "; --verbose shows its log", e);
    }
  }

  /**
   * What a {@code warehouse:} without a slash means in a session: a catalog schema if the session
   * has a catalog that outlives it, or has the schema already; else a folder, since a schema would
   * be gone with the JVM.
   */
  public static String warehouse(SparkSession spark, String warehouse) {
    if (!warehouse.matches("\\w+(\\.\\w+)*")) {
      return warehouse;
    }
    boolean lasting =
        !spark.conf().get("spark.sql.catalogImplementation", "in-memory").equals("in-memory")
            || !spark
                .conf()
                .get("spark.sql.catalog." + warehouse.replaceAll("\\..*", ""), "")
                .isEmpty();
    return lasting || spark.catalog().databaseExists(warehouse + "_runs")
        ? warehouse
        : "./" + warehouse;
  }

  /** Hadoop's configuration as a session would have it, without one. */
  public static Configuration hadoop() {
    Map<String, String> settings = settings();
    S3aSettings.unset().forEach(settings::putIfAbsent);
    Configuration hadoop = new Configuration();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            hadoop.set(key.substring(HADOOP.length()), value);
          }
        });
    return hadoop;
  }

  private static SparkSession local() {
    Map<String, String> settings = settings();
    S3aSettings.unset().forEach(settings::putIfAbsent);
    settings.computeIfAbsent("spark.sql.warehouse.dir", key -> emptyFolder());
    int cores = Runtime.getRuntime().availableProcessors();
    // One slot beside those of the ranks, which hold theirs to the end: for commits of their
    // metrics.
    settings.putIfAbsent("spark.master", "local[" + (cores + 1) + "]");
    settings.putIfAbsent("spark.default.parallelism", String.valueOf(cores));
    return LocalSpark.session(cores, settings);
  }

  /** Spark makes the folder of its catalog at once, and would make it where the user stands. */
  private static String emptyFolder() {
    try {
      Path folder = Files.createTempDirectory("hone-catalog");
      folder.toFile().deleteOnExit();
      return folder.toUri().toString();
    } catch (IOException e) {
      throw new HoneException(
          "the temporary folder cannot be written: " + e.getMessage() + "; set -Djava.io.tmpdir",
          e);
    }
  }

  /** The session does not exist yet, so what is needed can still be added. */
  private static SparkSession submitted() {
    requireDelta();
    SparkSession.Builder builder = SparkSession.builder().appName("hone");
    Map<String, String> ours = new LinkedHashMap<>(Warehouse.sparkConf());
    ours.putAll(S3aSettings.unset());
    ours.putAll(SmallTables.settings(STATE_TASKS));
    // OpenMP threads that wait by spinning take the cores from the Java threads that have work.
    ours.put("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
    ours.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    ours.keySet().removeAll(settings().keySet());
    ours.forEach(builder::config);
    return builder.getOrCreate();
  }

  /** Spark only warns of extensions that it does not find, and fails later, at length. */
  private static void requireDelta() {
    try {
      Class.forName(
          "io.delta.tables.DeltaTable", false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new HoneException(
          "Spark has no Delta Lake; add %s to its jars, or by --packages or --jars"
              .formatted(SparkVersion.deltaArtifact()),
          e);
    }
  }

  /** The {@code spark.*} system properties: what spark-submit was told. */
  public static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("spark.")) {
        settings.put(name, System.getProperty(name));
      }
    }
    return settings;
  }
}
