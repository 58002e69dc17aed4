package dev.hone.ingest.tables;

import java.util.Map;

/**
 * Delta's settings where tables are of thousands of files and not of millions: a command reads the
 * state of twenty of them. In an application of hone's own, for whoever has not set them.
 */
public final class SmallTables {
  private SmallTables() {}

  /**
   * The settings.
   *
   * @param tasks for the state of a table; Delta's own 50 take seconds for each table of a cold
   *     cluster
   */
  public static Map<String, String> settings(int tasks) {
    return Map.of(
        "spark.databricks.delta.snapshotPartitions",
        String.valueOf(tasks),
        // Saves a query after every commit; it pays where a table's state is too large to be
        // listed.
        "spark.databricks.delta.allFilesInCrc.enabled",
        "false");
  }
}
