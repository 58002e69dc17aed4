package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.SampleRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class WarehouseTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final SparkSession spark = TestSpark.session();

  @TempDir Path folder;

  @Test
  void aPathHoldsTextAndNumbersInTwoFolders() {
    Warehouse warehouse = created(folder.resolve("a house").toString());
    assertTrue(Files.isDirectory(folder.resolve("a house/data/documents/_delta_log")));
    assertTrue(Files.isDirectory(folder.resolve("a house/runs/metrics/_delta_log")));
    assertEquals(0, warehouse.read(DocumentRow.class).count());
    assertEquals("file:" + folder + "/a house", warehouse.shown());
  }

  @Test
  void describeShowsTheCommentsAndTheTableItsFeed() {
    Warehouse warehouse = created(folder.toString());
    warehouse.registerViews();
    Map<String, String> comments =
        spark.sql("DESCRIBE documents").collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(2)));
    assertEquals("Position of the record in its source, from 0", comments.get("ordinal"));
    var detail = warehouse.deltaTable(DocumentRow.class).detail().head();
    assertEquals("One accepted record of a source.", detail.getAs("description"));
    Map<Object, Object> documents = properties(warehouse, DocumentRow.class);
    assertEquals("true", documents.get("delta.enableChangeDataFeed"));
    assertEquals("interval 30 days", documents.get("delta.logRetentionDuration"));
    Map<Object, Object> metrics = properties(warehouse, MetricRow.class);
    assertEquals("interval 7 days", metrics.get("delta.logRetentionDuration"));
    assertEquals("interval 7 days", metrics.get("delta.deletedFileRetentionDuration"));
    assertEquals("true", metrics.get("delta.autoOptimize.autoCompact"));
    var samples = warehouse.deltaTable(SampleRow.class).detail().head();
    assertEquals(List.of("prep_id"), samples.getList(samples.fieldIndex("partitionColumns")));
    assertEquals(
        warehouse.schema(DocumentRow.class).struct(), warehouse.read(DocumentRow.class).schema());
  }

  private static Map<Object, Object> properties(Warehouse warehouse, Class<? extends Record> type) {
    var detail = warehouse.deltaTable(type).detail().head();
    return detail.getJavaMap(detail.fieldIndex("properties"));
  }

  /** Delta does so at 50 files; the test has not so many. */
  @Test
  void smallFilesOfMetricsAreCompactedByTheWayside() {
    SparkSession own = spark.newSession();
    own.conf().set("spark.databricks.delta.autoCompact.minNumFiles", "3");
    Warehouse warehouse = Warehouse.open(own, folder.toString());
    warehouse.create(List.of(MetricRow.class));
    for (int step = 1; step <= 3; step++) {
      warehouse.append(MetricRow.class, List.of(metric("r", step, "loss", 1)));
    }
    TableState state = TableState.of(warehouse, MetricRow.class);
    assertEquals(1, state.files());
    assertEquals("OPTIMIZE", state.lastOperation());
    assertEquals(3, warehouse.read(MetricRow.class).count());
  }

  @Test
  void aCatalogNameBecomesTwoSchemas() {
    Warehouse warehouse = created("tiny");
    warehouse.append(MetricRow.class, List.of(metric("r", 1, "loss", 2)));
    assertEquals(1, spark.table("tiny_runs.metrics").count());
    assertEquals(0, spark.table("tiny_data.documents").count());
    assertEquals(1, warehouse.version(MetricRow.class));
    warehouse.registerViews();
    assertEquals(1, spark.sql("SELECT * FROM metrics").count());
    warehouse.create();
    assertEquals(1, warehouse.read(MetricRow.class).count());
  }

  @Test
  void anyNumberOfDriversMayCreateAtOnce() throws Exception {
    onThreads(4, () -> created(folder.toString(), List.of(DocumentRow.class, MetricRow.class)));
    onThreads(4, () -> created("crowd", List.of(DocumentRow.class, MetricRow.class)));
    assertEquals(0, Warehouse.open(spark, folder.toString()).version(DocumentRow.class));
  }

  @Test
  void appendsAddAndVersionsCount() {
    Warehouse warehouse = created(folder.toString(), List.of(MetricRow.class));
    warehouse.append(MetricRow.class, List.of());
    assertEquals(0, warehouse.version(MetricRow.class));
    MetricRow first = metric("r", 1, "loss", 2);
    warehouse.append(MetricRow.class, List.of(first));
    warehouse.append(MetricRow.class, List.of(metric("r", 2, "loss", 1)));
    assertEquals(2, warehouse.version(MetricRow.class));
    assertEquals(2, warehouse.read(MetricRow.class).count());
    assertEquals(
        List.of(first), Rows.of(MetricRow.class).collect(warehouse.read(MetricRow.class, 1)));
  }

  @Test
  void replacingAPreparationLeavesTheOthersAndRepeats() {
    Warehouse warehouse = created(folder.toString(), List.of(SampleRow.class));
    warehouse.append(SampleRow.class, List.of(sample("p1", "a"), sample("p2", "b")));
    for (int again = 0; again < 2; again++) {
      warehouse.replace(
          SampleRow.class,
          Map.of("prep_id", "p1"),
          warehouse.toDataset(SampleRow.class, List.of(sample("p1", "c"), sample("p1", "d"))));
      assertEquals(List.of("b", "c", "d"), recordIds(warehouse));
    }
    var rows = warehouse.toDataset(SampleRow.class, List.of(sample("p2", "x")));
    assertThrows(
        Exception.class, () -> warehouse.replace(SampleRow.class, Map.of("prep_id", "p1"), rows));
    assertEquals(List.of("b", "c", "d"), recordIds(warehouse));
  }

  @Test
  void upsertUpdatesAndAdds() {
    Warehouse warehouse = created(folder.toString(), List.of(MetricRow.class));
    warehouse.upsert(MetricRow.class, List.of(metric("r", 1, "loss", 2)), "run_id", "step", "name");
    warehouse.upsert(
        MetricRow.class,
        List.of(metric("r", 1, "loss", 3), metric("r", 2, "loss", 1)),
        "run_id",
        "step",
        "name");
    assertEquals(
        List.of(3.0, 1.0),
        Rows.of(MetricRow.class).collect(warehouse.read(MetricRow.class).orderBy("step")).stream()
            .map(MetricRow::value)
            .toList());
  }

  @Test
  void writersAtOnceLoseNothing() throws Exception {
    Warehouse warehouse = created(folder.toString(), List.of(MetricRow.class));
    List<Callable<Object>> writers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String run = "r" + i;
      writers.add(
          () -> {
            warehouse.upsert(MetricRow.class, List.of(metric(run, 1, "loss", 1)), "run_id");
            warehouse.append(MetricRow.class, List.of(metric(run, 2, "loss", 1)));
            warehouse.upsert(MetricRow.class, List.of(metric(run, 1, "loss", 2)), "run_id", "step");
            return run;
          });
    }
    join(writers);
    assertEquals(6, warehouse.read(MetricRow.class).count());
    assertEquals(3, warehouse.read(MetricRow.class).filter("value = 2").count());
  }

  @Test
  void viewsShowTheNewestCommit() {
    Warehouse warehouse = created(folder.toString());
    warehouse.registerViews();
    assertEquals(0, spark.sql("SELECT * FROM evals").count());
    warehouse.append(EvalRow.class, List.of(new EvalRow("r", 0, "eval", "eval_loss", 2, 10, NOW)));
    assertEquals(1, spark.sql("SELECT * FROM evals").count());
  }

  @Test
  void nullsAreRefused() {
    Warehouse warehouse = created(folder.toString(), List.of(DocumentRow.class));
    var rows =
        warehouse
            .toDataset(DocumentRow.class, List.of(RowsTest.document("1", Optional.empty())))
            .selectExpr("* EXCEPT (kind)", "CAST(NULL AS STRING) AS kind");
    assertThrows(Exception.class, () -> warehouse.append(DocumentRow.class, rows));
    assertEquals(0, warehouse.read(DocumentRow.class).count());
  }

  @Test
  void problemsAreOneClearLine() throws Exception {
    assertTrue(message(() -> Warehouse.open(spark, "my-house")).contains("./my-house"));
    assertTrue(message(() -> Warehouse.open(spark, "nosuch://x/y")).contains("nosuch"));
    Warehouse empty = Warehouse.open(spark, folder.resolve("none").toString());
    assertTrue(message(() -> empty.read(MetricRow.class)).contains("has no table metrics"));
    assertTrue(message(empty::registerViews).contains("has no tables; create them with hone prep"));
    assertTrue(message(() -> empty.version(MetricRow.class)).contains("has no table metrics"));
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertTrue(message(() -> created(file.toString())).contains("cannot be created"));
  }

  @Test
  void aTableOfAnotherVersionIsRefused() {
    spark
        .sql("SELECT 'r' AS run_id, 1 AS step")
        .write()
        .format("delta")
        .save(folder.resolve("runs/evals").toString());
    String message = message(() -> created(folder.toString()));
    assertTrue(message.contains("table evals"), message);
    assertTrue(message.contains("step BIGINT, dataset STRING"), message);
  }

  private Warehouse created(String name) {
    return created(name, Warehouse.TABLES);
  }

  private Warehouse created(String name, List<Class<? extends Record>> only) {
    Warehouse warehouse = Warehouse.open(spark, name);
    warehouse.create(only);
    return warehouse;
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    String message = assertThrows(HoneException.class, action).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static List<String> recordIds(Warehouse warehouse) {
    return Rows.of(SampleRow.class).collect(warehouse.read(SampleRow.class)).stream()
        .map(SampleRow::recordId)
        .sorted()
        .toList();
  }

  private static MetricRow metric(String run, long step, String name, double value) {
    return new MetricRow(run, step, 0, NOW, name, value);
  }

  private static SampleRow sample(String prep, String record) {
    return new SampleRow(
        prep,
        record,
        0,
        "d",
        "train",
        0,
        new int[] {1, 2},
        new float[] {0, 1},
        2,
        1,
        0,
        Optional.empty(),
        Optional.empty());
  }

  private static void onThreads(int threads, Callable<Object> action) throws Exception {
    List<Callable<Object>> actions = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      actions.add(action);
    }
    join(actions);
  }

  private static void join(List<Callable<Object>> actions) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(actions.size());
    try {
      for (Future<Object> result : pool.invokeAll(actions)) {
        result.get();
      }
    } finally {
      pool.shutdown();
    }
  }
}
