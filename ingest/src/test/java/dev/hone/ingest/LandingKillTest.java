package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@Tag("slow")
class LandingKillTest {

  @Test
  void everyRecordIsThereOnceWhereverADriverDied(@TempDir Path place)
      throws IOException, InterruptedException {
    Path folder = Files.createDirectory(place.resolve("landing"));
    Path warehouse = place.resolve("warehouse");
    SparkSession spark = TestSpark.session();
    Warehouse.open(spark, warehouse.toString()).create(IngestJob.tables());
    LandingKills kills = new LandingKills(warehouse, folder, 7);
    kills.run(20);
    List<String> landed =
        kills.landed().entrySet().stream()
            .map(record -> record.getKey() + " " + record.getValue())
            .sorted()
            .toList();
    assertEquals(landed, kills.found(spark));
  }
}
