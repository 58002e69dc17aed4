package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.Hone;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The warehouse of a command that reads no configuration. */
final class WarehouseOption {
  @Option(
      names = "--warehouse",
      paramLabel = "PATH",
      defaultValue = "./warehouse",
      description = "As in the configuration (default: ${DEFAULT-VALUE}).")
  String place;

  /**
   * Opens it.
   *
   * @throws HoneException if its bucket does not answer, or the session lacks a setting
   */
  Warehouse open(SparkSession spark) {
    return Hone.warehouse(spark, place);
  }
}
