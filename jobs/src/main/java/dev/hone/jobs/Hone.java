package dev.hone.jobs;

import dev.hone.formats.HoneException;
import dev.hone.ingest.tables.Failures;
import dev.hone.ingest.tables.Warehouse;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What the command line calls, for notebooks and other programs. */
public final class Hone {
  private Hone() {}

  /**
   * Runs a query on the tables of a warehouse, each known by its bare name.
   *
   * @param warehouse path or catalog schema
   * @throws HoneException if the warehouse has no tables, or the query is wrong
   */
  public static Dataset<Row> sql(SparkSession spark, String warehouse, String query) {
    Warehouse.open(spark, warehouse).registerViews();
    try {
      return spark.sql(query);
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new HoneException("the query is wrong: " + Failures.firstLine(e), e);
      }
      throw e;
    }
  }
}
