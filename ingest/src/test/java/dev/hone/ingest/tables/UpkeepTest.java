package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.SampleRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table holds, fewer files of it, and no files that nobody needs. */
@Tag("spark")
class UpkeepTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir Path folder;

  @Test
  void aTableIsKnownWithoutReadingIt() throws IOException {
    Warehouse warehouse = metrics(3);
    TableState state = TableState.of(warehouse, MetricRow.class);
    assertEquals(OptionalLong.of(3), state.rows());
    assertEquals(3, state.files());
    assertEquals(3, state.version());
    assertEquals("WRITE", state.lastOperation());
    assertEquals(stored(), state.storedBytes());
    // The files of the data are there no more, and the answer is the same.
    for (Path file : parquet()) {
      Files.writeString(file, "");
    }
    assertEquals(state.rows(), TableState.of(warehouse, MetricRow.class).rows());
    assertEquals(state.bytes(), TableState.of(warehouse, MetricRow.class).bytes());
  }

  @Test
  void deletedRowsAreNotCountedAndRowsWithoutStatisticsAreUnknown() {
    Warehouse warehouse = metrics(3);
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES (delta.enableDeletionVectors = true)"
            .formatted(warehouse.identifier(MetricRow.class)));
    Compaction.of(warehouse, MetricRow.class);
    warehouse.deltaTable(MetricRow.class).delete("step = 1");
    TableState state = TableState.of(warehouse, MetricRow.class);
    assertEquals(1, state.files());
    assertEquals(OptionalLong.of(2), state.rows());
    spark.conf().set("spark.databricks.delta.stats.collect", "false");
    try {
      warehouse.append(MetricRow.class, List.of(metric(4)));
    } finally {
      spark.conf().unset("spark.databricks.delta.stats.collect");
    }
    assertEquals(OptionalLong.empty(), TableState.of(warehouse, MetricRow.class).rows());
  }

  @Test
  void compactionKeepsTheRowsAndIsDoneOnce() {
    Warehouse warehouse = metrics(4);
    Compaction first = Compaction.of(warehouse, MetricRow.class);
    assertEquals(4, first.filesBefore());
    assertEquals(1, first.filesAfter());
    assertTrue(first.changed());
    assertTrue(first.bytesAfter() < first.bytesBefore(), first.toString());
    assertEquals(
        10, warehouse.read(MetricRow.class).selectExpr("sum(step)").head().getLong(0), "1+2+3+4");
    Compaction again = Compaction.of(warehouse, MetricRow.class);
    assertFalse(again.changed());
    assertEquals(1, again.filesAfter());
    assertEquals(5, warehouse.version(MetricRow.class), "a table with nothing to do has no commit");
  }

  @Tag("slow")
  @Test
  void vacuumDeletesWhatTheNewestVersionDoesNotNeed() throws IOException {
    Warehouse warehouse = metrics(4);
    Compaction compaction = Compaction.of(warehouse, MetricRow.class);
    Vacuum.Request kept = new Vacuum.Request(168, false, false);
    assertEquals(0, Vacuum.of(warehouse, MetricRow.class, kept).files(), "younger than a week");
    assertEquals(5, warehouse.version(MetricRow.class), "nothing to delete makes no commit");
    assertEquals(5, parquet().size());

    Vacuum dry = Vacuum.of(warehouse, MetricRow.class, new Vacuum.Request(0, true, true));
    assertEquals(4, dry.files());
    assertEquals(compaction.bytesBefore(), dry.bytes());
    assertEquals(5, parquet().size(), "a dry run deletes nothing");

    Vacuum done = Vacuum.of(warehouse, MetricRow.class, new Vacuum.Request(0, true, false));
    assertEquals(dry, done);
    assertEquals(1, parquet().size());
    assertEquals(4, warehouse.read(MetricRow.class).count());
  }

  @Test
  void tooShortARetentionIsRefusedUnlessForced() {
    Warehouse warehouse = metrics(1);
    String message =
        assertThrows(
                HoneException.class,
                () -> Vacuum.of(warehouse, MetricRow.class, new Vacuum.Request(167, false, false)))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains("metrics keeps deleted files for 168 hours"), message);
    assertTrue(message.contains("167 would be retained"), message);
    assertEquals(
        "true", spark.conf().get("spark.databricks.delta.retentionDurationCheck.enabled", "true"));
  }

  @Test
  void aWarehouseWithoutTablesIsOneLine() {
    Warehouse none = Warehouse.open(spark, folder.toString());
    String message = assertThrows(HoneException.class, none::existing).getMessage();
    assertTrue(message.contains("has no tables; create them with hone prep"), message);
    none.create(List.of(SampleRow.class));
    assertEquals(List.of(SampleRow.class), none.existing());
  }

  private Warehouse metrics(int commits) {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(List.of(MetricRow.class));
    for (int step = 1; step <= commits; step++) {
      warehouse.append(MetricRow.class, List.of(metric(step)));
    }
    return warehouse;
  }

  private static MetricRow metric(long step) {
    return new MetricRow("r", step, 0, Instant.EPOCH, "loss", 1);
  }

  private List<Path> parquet() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("runs/metrics"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** Hadoop's listings do not show the checksums that it keeps beside each file. */
  private long stored() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("runs/metrics"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("\\..*\\.crc"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }
}
