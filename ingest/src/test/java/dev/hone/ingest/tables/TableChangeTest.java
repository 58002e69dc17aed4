package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.Column;
import dev.hone.formats.tables.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of one table: what the newer adds, what it refuses, and that the older goes on. */
@Tag("spark")
class TableChangeTest {
  @Table(name = "notes", schema = Table.Schema.RUNS, comment = "Notes.")
  public record Older(@Column("The run") String runId, @Column("Steps done") int step) {}

  @Table(name = "notes", schema = Table.Schema.RUNS, comment = "Notes.")
  public record Newer(
      @Column("The run") String runId,
      @Column("What a person said; \"it's\" in C:\\notes") Optional<String> note,
      @Column("Steps done") int step,
      @Column("Words of it") Optional<List<String>> words) {}

  @Table(name = "notes", schema = Table.Schema.RUNS, comment = "Notes.")
  public record Stricter(
      @Column("The run") String runId,
      @Column("What a person said") Optional<String> note,
      @Column("Steps done") long step,
      @Column("Of the run") long seed) {}

  private final SparkSession spark = TestSpark.session();

  @TempDir Path folder;

  @Test
  void columnsThatMayBeNullAreAddedInOneCommit() {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(List.of(Older.class));
    warehouse.append(Older.class, List.of(new Older("a", 1)));
    warehouse.create(List.of(Newer.class));
    assertEquals(2, warehouse.version(Newer.class));
    warehouse.create(List.of(Newer.class));
    assertEquals(2, warehouse.version(Newer.class), "nothing is left to add");
    warehouse.append(
        Newer.class, List.of(new Newer("b", Optional.of("n"), 2, Optional.of(List.of("n")))));
    assertEquals(
        List.of(
            new Newer("a", Optional.empty(), 1, Optional.empty()),
            new Newer("b", Optional.of("n"), 2, Optional.of(List.of("n")))),
        Rows.of(Newer.class).collect(warehouse.read(Newer.class).orderBy("run_id")));
    var note = warehouse.read(Newer.class).schema().apply("note");
    assertEquals("What a person said; \"it's\" in C:\\notes", note.getComment().get());
  }

  @Test
  void theOlderVersionGoesOnWriting() {
    Warehouse warehouse = Warehouse.open(spark, "mixed");
    warehouse.create(List.of(Newer.class));
    warehouse.create(List.of(Older.class));
    warehouse.append(Older.class, List.of(new Older("a", 1), new Older("b", 1)));
    warehouse.upsert(Older.class, List.of(new Older("a", 2), new Older("c", 3)), "run_id");
    warehouse.replace(
        Older.class,
        Map.of("run_id", "b"),
        warehouse.toDataset(Older.class, List.of(new Older("b", 4))));
    assertEquals(
        List.of(new Older("a", 2), new Older("b", 4), new Older("c", 3)),
        Rows.of(Older.class).collect(warehouse.read(Older.class).orderBy("run_id")));
    assertEquals(3, warehouse.read(Newer.class).where("note IS NULL AND words IS NULL").count());
  }

  @Test
  void anUpsertOfTheOlderVersionKeepsWhatItDoesNotKnow() {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(List.of(Newer.class));
    warehouse.append(
        Newer.class, List.of(new Newer("a", Optional.of("kept"), 1, Optional.empty())));
    warehouse.upsert(Older.class, List.of(new Older("a", 2)), "run_id");
    assertEquals(
        List.of(new Newer("a", Optional.of("kept"), 2, Optional.empty())),
        Rows.of(Newer.class).collect(warehouse.read(Newer.class)));
  }

  @Test
  void anyOtherDifferenceIsRefusedAndNothingIsAdded() {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(List.of(Older.class));
    String message =
        assertThrows(HoneException.class, () -> warehouse.create(List.of(Stricter.class)))
            .getMessage();
    assertTrue(message.contains("table notes"), message);
    assertTrue(message.contains("it lacks step BIGINT, seed BIGINT; name another"), message);
    assertEquals(0, warehouse.version(Older.class));
  }

  @Test
  void anyNumberOfDriversMayAddAtOnce() throws Exception {
    Warehouse warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(List.of(Older.class));
    List<Callable<Object>> drivers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      drivers.add(
          () -> {
            Warehouse.open(spark, folder.toString()).create(List.of(Newer.class));
            return folder;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(drivers.size());
    try {
      for (Future<Object> result : pool.invokeAll(drivers)) {
        result.get();
      }
    } finally {
      pool.shutdown();
    }
    assertEquals(4, warehouse.read(Newer.class).schema().size());
    assertEquals(1, warehouse.version(Newer.class));
  }
}
