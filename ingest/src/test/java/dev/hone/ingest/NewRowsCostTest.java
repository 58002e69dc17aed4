package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second run with 1 % new rows costs a small part of the first. */
@Tag("spark")
class NewRowsCostTest {
  private static final int ROWS = 5_000;
  private static final int ROW_CHARACTERS = 4_000;

  private final SparkSession spark = TestSpark.session();

  /** What tasks read from files and wrote to them, in bytes. */
  private static final class Cost extends SparkListener {
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      read.addAndGet(end.taskMetrics().inputMetrics().bytesRead());
      written.addAndGet(end.taskMetrics().outputMetrics().bytesWritten());
    }
  }

  @Test
  void onePercentMoreCostsLessThanATenth(@TempDir Path place) throws IOException, TimeoutException {
    Path folder = Files.createDirectory(place.resolve("rows"));
    Warehouse warehouse = Warehouse.open(spark, place.resolve("warehouse").toString());
    warehouse.create(IngestJob.tables());
    DatasetSource dataset = DatasetSource.of("rows", folder.toString(), "completion");
    Files.writeString(folder.resolve("a.jsonl"), rows(0, ROWS));
    Cost first = cost(warehouse, dataset, ROWS);
    Files.writeString(folder.resolve("b.jsonl"), rows(ROWS, ROWS / 100));
    Cost second = cost(warehouse, dataset, ROWS + ROWS / 100);
    String seen =
        "first run: %d bytes read, %d written; second: %d read, %d written"
            .formatted(
                first.read.get(), first.written.get(), second.read.get(), second.written.get());
    assertTrue(first.written.get() > ROWS * 100L, seen);
    assertTrue(second.written.get() > 0, seen);
    assertTrue(second.written.get() * 10 < first.written.get(), seen);
    assertTrue(second.read.get() * 10 < first.read.get(), seen);
  }

  private Cost cost(Warehouse warehouse, DatasetSource dataset, long documents)
      throws TimeoutException {
    Cost cost = new Cost();
    spark.sparkContext().addSparkListener(cost);
    assertEquals(
        documents, IngestJob.run(spark, warehouse, List.of(dataset)).datasets().get(0).accepted());
    spark.sparkContext().listenerBus().waitUntilEmpty(TimeUnit.MINUTES.toMillis(1));
    spark.sparkContext().removeSparkListener(cost);
    return cost;
  }

  private static String rows(int from, int number) {
    StringBuilder text = new StringBuilder();
    Random random = new Random(from);
    for (int row = from; row < from + number; row++) {
      text.append("{\"text\":\"").append(row).append(' ');
      random.ints(ROW_CHARACTERS, 'a', 'z' + 1).forEach(character -> text.append((char) character));
      text.append("\"}\n");
    }
    return text.toString();
  }
}
