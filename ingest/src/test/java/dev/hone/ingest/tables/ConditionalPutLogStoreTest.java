package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.MetricRow;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Against the object store that {@code HONE_S3_ENDPOINT} names, which has the bucket {@code
 * hone-test}; the keys come from the environment. Any store will do that knows conditional writes.
 */
@Tag("cluster")
@EnabledIfEnvironmentVariable(
    named = "HONE_S3_ENDPOINT",
    matches = "http.*",
    disabledReason =
        "HONE_S3_ENDPOINT names no object store; CONTRIBUTING.md says how to start one")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConditionalPutLogStoreTest {
  private static final int WRITERS = 8;

  private SparkSession spark;
  private Configuration hadoop;
  private String place;

  @BeforeAll
  void connect() {
    String endpoint = System.getenv("HONE_S3_ENDPOINT");
    spark = TestSpark.session();
    Configuration shared = spark.sparkContext().hadoopConfiguration();
    shared.set("fs.s3a.endpoint", endpoint);
    shared.set("fs.s3a.endpoint.region", "us-east-1");
    shared.set("fs.s3a.path.style.access", "true");
    hadoop = spark.sessionState().newHadoopConf();
    place = "s3a://hone-test/" + UUID.randomUUID();
  }

  @Test
  void ofManyWritersOneWins() throws Exception {
    ConditionalPutLogStore store = new ConditionalPutLogStore(hadoop);
    for (int round = 0; round < 5; round++) {
      Path commit = new Path(place, "race/_delta_log/0000000000000000000" + round + ".json");
      CyclicBarrier start = new CyclicBarrier(WRITERS);
      List<Callable<String>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String text = "writer " + i;
        writers.add(
            () -> {
              start.await();
              try {
                store.write(commit, List.of(text).iterator(), false, hadoop);
                return text;
              } catch (FileAlreadyExistsException e) {
                return "";
              }
            });
      }
      List<String> winners = join(writers).stream().filter(text -> !text.isEmpty()).toList();
      assertEquals(1, winners.size(), winners.toString());
      try (var lines = store.read(commit, hadoop)) {
        assertEquals(winners.get(0), lines.next());
      }
    }
  }

  @Test
  void deltaMayOverwriteWhereItAsksForIt() throws IOException {
    ConditionalPutLogStore store = new ConditionalPutLogStore(hadoop);
    Path pointer = new Path(place, "_last_checkpoint");
    store.write(pointer, List.of("1").iterator(), true, hadoop);
    store.write(pointer, List.of("2").iterator(), true, hadoop);
    try (var lines = store.read(pointer, hadoop)) {
      assertEquals("2", lines.next());
    }
    assertThrows(
        FileAlreadyExistsException.class,
        () -> store.write(pointer, List.of("3").iterator(), false, hadoop));
  }

  @Test
  void aCommitThatFailsHalfWayIsNotThere() {
    ConditionalPutLogStore store = new ConditionalPutLogStore(hadoop);
    Path commit = new Path(place, "half.json");
    Iterator<String> failing =
        new Iterator<>() {
          private int lines;

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public String next() {
            if (lines++ == 3) {
              throw new IllegalStateException("half-way");
            }
            return "line";
          }
        };
    assertThrows(IllegalStateException.class, () -> store.write(commit, failing, false, hadoop));
    assertThrows(IOException.class, () -> commit.getFileSystem(hadoop).getFileStatus(commit));
  }

  @Test
  void aWarehouseInABucketLosesNoCommit() throws Exception {
    Warehouse warehouse = Warehouse.open(spark, place + "/warehouse");
    List<Callable<String>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String run = "r" + i;
      writers.add(
          () -> {
            warehouse.create(List.of(MetricRow.class));
            for (int step = 0; step < 3; step++) {
              warehouse.append(
                  MetricRow.class,
                  List.of(new MetricRow(run, step, 0, Instant.EPOCH, "loss", step)));
            }
            return run;
          });
    }
    join(writers);
    assertEquals(12, warehouse.read(MetricRow.class).count());
    // Beside them the table may have compacted its small files.
    assertEquals(
        12, warehouse.deltaTable(MetricRow.class).history().where("operation = 'WRITE'").count());
  }

  @Test
  void aBucketThatIsNotThereIsOneClearLine() {
    String message =
        assertThrows(
                HoneException.class,
                () -> Warehouse.open(spark, "s3a://hone-no-such-bucket/x").create())
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("s3a://hone-no-such-bucket/x"), message);
  }

  @Test
  void onlyWhatIsRefusedIsAProblem() {
    Map<String, String> places =
        new TreeMap<>(
            Map.of(
                "output_dir",
                place + "/not-there-yet",
                "warehouse",
                "s3a://hone-no-such-bucket/x"));
    assertEquals(
        "warehouse 's3a://hone-no-such-bucket/x' cannot be reached at "
            + hadoop.get("fs.s3a.endpoint")
            + ": the bucket does not exist; check the address, the credentials and spark.hadoop.fs.s3a.* settings",
        assertThrows(HoneException.class, () -> ObjectStores.requireReachable(places, hadoop))
            .getMessage());
  }

  private static <T> List<T> join(List<Callable<T>> actions) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(actions.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : pool.invokeAll(actions)) {
        results.add(result.get());
      }
      return results;
    } finally {
      pool.shutdown();
    }
  }
}
