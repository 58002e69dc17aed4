package dev.hone.training.distributed;

import dev.hone.ingest.tables.SmallTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A session whose executors are JVMs of their own, of one core each. */
final class LocalCluster {
  private LocalCluster() {}

  /**
   * Starts it.
   *
   * @param home where it may put its files
   */
  static SparkSession start(Path home, int executors, Map<String, String> settings)
      throws IOException {
    return start(home, "local-cluster[%d,1,1024]".formatted(executors), settings);
  }

  /** The same on the workers that a master URL says. */
  static SparkSession start(Path home, String master, Map<String, String> settings)
      throws IOException {
    // In the session that another test left, the executor to be lost would be this process.
    SparkSession.getDefaultSession().foreach(session -> stopped(session));
    // Spark's worker starts executors only from what looks like a Spark home.
    Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("launcher/target/scala-2.13"));
    System.setProperty("spark.testing", "true");
    System.setProperty("spark.test.home", home.toString());
    SparkSession.Builder builder = SparkSession.builder();
    SmallTables.settings(1).forEach(builder::config);
    settings.forEach(builder::config);
    return builder
        .master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate();
  }

  private static Void stopped(SparkSession session) {
    session.stop();
    return null;
  }

  static void stop(SparkSession spark) {
    spark.stop();
    System.clearProperty("spark.testing");
    System.clearProperty("spark.test.home");
  }
}
