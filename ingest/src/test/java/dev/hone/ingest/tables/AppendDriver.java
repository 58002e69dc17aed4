package dev.hone.ingest.tables;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hone.formats.tables.EvalRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A driver that appends one row a commit, as fast as it can, once it is told to begin. */
final class AppendDriver {
  static final String READY = "ready";

  private AppendDriver() {}

  /** What a session needs for the object store at an endpoint; the keys are in the environment. */
  static Map<String, String> s3a(String endpoint) {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", endpoint,
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true");
  }

  /** Arguments: the endpoint, the warehouse, the name of the run, the number of commits. */
  public static void main(String[] arguments) throws IOException {
    SparkSession spark = LocalSpark.session(1, s3a(arguments[0]));
    spark.sparkContext().setLogLevel("OFF");
    Warehouse warehouse = Warehouse.open(spark, arguments[1]);
    System.out.println(READY);
    new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
    for (int step = 0; step < Integer.parseInt(arguments[3]); step++) {
      warehouse.append(
          EvalRow.class,
          List.of(new EvalRow(arguments[2], step, "d", "eval_loss", step, 1, Instant.EPOCH)));
    }
    spark.stop();
  }
}
