package dev.hone.ingest;

import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A driver that takes in one landing folder to the end, in small batches, unless it is killed. */
final class LandingDriver {
  static final String READY = "ready";
  static final String DATASET = "chats";

  private LandingDriver() {}

  static DatasetSource dataset(String folder) {
    return DatasetSource.of(DATASET, folder, "completion")
        .landing(Landing.availableNow().withMaxFiles(2));
  }

  /** Arguments: the warehouse, the folder. */
  public static void main(String[] arguments) {
    SparkSession spark =
        LocalSpark.session(
            2, Map.of("spark.delta.logStore.file.impl", HaltingLogStore.class.getName()));
    System.out.println(READY);
    IngestJob.run(spark, Warehouse.open(spark, arguments[0]), List.of(dataset(arguments[1])));
    spark.stop();
  }
}
