package dev.hone.ingest.tables;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Spark inside this JVM: what the command line runs on when no cluster was asked for, and what the
 * tests run on.
 */
public final class LocalSpark {
  private LocalSpark() {}

  /**
   * The session of this JVM; the first call decides its settings.
   *
   * @param threads tasks at a time
   * @param settings Spark settings that go before the ones made here, {@code spark.ui.enabled} for
   *     example
   */
  public static SparkSession session(int threads, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(Warehouse.sparkConf());
    all.put("spark.ui.enabled", "false");
    all.put("spark.ui.showConsoleProgress", "false");
    // The name of the machine may not resolve, and nobody else has to reach this driver.
    all.put("spark.driver.host", "127.0.0.1");
    all.put("spark.driver.bindAddress", "127.0.0.1");
    all.put("spark.sql.shuffle.partitions", String.valueOf(threads));
    all.putAll(SmallTables.settings(threads));
    all.putAll(LocalFiles.settings());
    // A stage is a hundred queries over a few rows and five over many, and those over many spend
    // their time in our own code: what Spark writes and compiles for each never earns its keep.
    all.put("spark.sql.codegen.wholeStage", "false");
    all.put("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    all.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    all.putAll(settings);
    SparkSession.Builder builder =
        SparkSession.builder().appName("hone").master("local[" + threads + "]");
    all.forEach(builder::config);
    return builder.getOrCreate();
  }
}
