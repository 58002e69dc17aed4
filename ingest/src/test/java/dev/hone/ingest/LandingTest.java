package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One warehouse for all tests; each has a dataset of its own. */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LandingTest {
  private final SparkSession spark = TestSpark.session();
  private Path place;
  private Warehouse warehouse;

  @BeforeAll
  void create(@TempDir Path folder) {
    place = folder;
    warehouse = Warehouse.open(spark, folder.toString());
    warehouse.create(IngestJob.tables());
  }

  @Test
  void whatArrivesIsAddedAndWhatGoesStays(@TempDir Path folder, TestInfo test) throws IOException {
    Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"x\"}\nbad\n");
    Files.writeString(Files.createDirectory(folder.resolve("d")).resolve("b.txt"), "y\nx\n");
    Files.writeString(folder.resolve("README.md"), "no records");
    Files.writeString(folder.resolve("_part"), "not yet whole");
    IngestReport.Dataset first = ingest(test, folder);
    assertEquals(2, first.sourcesRead());
    assertEquals(4, first.recordsRead());
    assertEquals(Map.of("corrupt_json", 1L), first.quarantine());
    assertEquals(List.of("file:" + folder + "/README.md"), first.ignored());
    assertEquals(List.of("x", "y", "x"), texts(test));

    long version = warehouse.version(DocumentRow.class);
    assertEquals(0, ingest(test, folder).sourcesRead());
    assertEquals(version, warehouse.version(DocumentRow.class));

    Files.delete(folder.resolve("a.jsonl"));
    // A name before all others, which a mirror would let come first among equals.
    Files.writeString(
        folder.resolve("Z.jsonl"), "{\"text\":\"y\"}\n{\"text\":\"z\"}\n{\"text\":\"z\"}\n");
    IngestReport.Dataset second = ingest(test, folder);
    assertEquals(1, second.sourcesRead());
    assertEquals(3, second.duplicates());
    assertEquals(List.of("y", "z", "z", "x", "y", "x"), texts(test));
    List<DocumentRow> rows = documents(test);
    assertEquals(Optional.of(rows.get(4).recordId()), rows.get(0).duplicateOf());
    assertEquals(Optional.of(rows.get(1).recordId()), rows.get(2).duplicateOf());
    assertEquals(Optional.empty(), rows.get(4).duplicateOf());
  }

  @Tag("slow")
  @Test
  void aLostCheckpointDoublesNothing(@TempDir Path folder, TestInfo test) throws IOException {
    for (int i = 0; i < 5; i++) {
      Files.writeString(folder.resolve(i + ".jsonl"), "{\"text\":\"t" + i + "\"}\nbad\n");
    }
    Files.writeString(folder.resolve("refused.jsonl"), "bad\n");
    IngestReport.Dataset first =
        IngestJob.run(
                spark,
                warehouse,
                List.of(landing(test, folder).landing(Landing.availableNow().withMaxFiles(2))))
            .datasets()
            .get(0);
    assertEquals(5, first.accepted());
    Path checkpoints = place.resolve("data/documents/_checkpoints");
    assertTrue(Files.isDirectory(checkpoints));
    delete(checkpoints);
    IngestReport.Dataset second = ingest(test, folder);
    assertEquals(1, second.sourcesRead(), "only the one that has no document");
    assertEquals(first.accepted(), second.accepted());
    assertEquals(Map.of("corrupt_json", 6L), second.quarantine());
    assertEquals(6, quarantine(test).size());
  }

  @Test
  void otherRulesAndOtherPathsAreRefused(@TempDir Path folder, TestInfo test) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"x\",\"body\":\"y\"}\n");
    ingest(test, folder);
    DatasetSource other =
        new DatasetSource(
                test.getDisplayName(),
                folder.toString(),
                "completion",
                Map.of("field", "body"),
                SourceFormat.AUTO)
            .landing(Landing.availableNow());
    assertTrue(problem(other).contains("give the entry a new name"), problem(other));
    assertTrue(problem(landing(test, file)).contains("is no folder"));
    assertTrue(problem(landing(test, folder.resolve("none"))).contains("is no file, folder"));
  }

  @Test
  void aServiceTakesFilesInUntilItIsClosed(@TempDir Path folder, TestInfo test)
      throws IOException, InterruptedException {
    DatasetSource served =
        landing(test, folder).landing(Landing.availableNow().everySoOften(Duration.ofMillis(200)));
    IngestService service = IngestService.start(spark, warehouse, List.of(served));
    Thread awaiting = new Thread(service::await);
    awaiting.start();
    for (String name : List.of("a", "b")) {
      Path part = Files.writeString(folder.resolve("_" + name), "{\"text\":\"" + name + "\"}\n");
      Files.move(part, folder.resolve(name + ".jsonl"));
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!texts(test).contains(name) && System.nanoTime() < end) {
        Thread.sleep(100);
      }
    }
    service.close();
    awaiting.join(TimeUnit.MINUTES.toMillis(1));
    assertFalse(awaiting.isAlive());
    assertEquals(List.of("a", "b"), texts(test));
    assertEquals(2, service.reports().get(0).sourcesRead());

    Files.writeString(folder.resolve("c.jsonl"), "{\"text\":\"c\"}\n");
    IngestReport.Dataset left = IngestJob.run(spark, warehouse, List.of(served)).datasets().get(0);
    assertEquals(2, left.accepted(), "a folder that is served is left to the service");
    assertEquals(1, ingest(test, folder).sourcesRead());
  }

  private String problem(DatasetSource dataset) {
    String message =
        assertThrows(HoneException.class, () -> IngestJob.run(spark, warehouse, List.of(dataset)))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static DatasetSource landing(TestInfo test, Path folder) {
    return DatasetSource.of(test.getDisplayName(), folder.toString(), "completion")
        .landing(Landing.availableNow());
  }

  private IngestReport.Dataset ingest(TestInfo test, Path folder) {
    return IngestJob.run(spark, warehouse, List.of(landing(test, folder))).datasets().get(0);
  }

  private List<DocumentRow> documents(TestInfo test) {
    return Rows.of(DocumentRow.class)
        .collect(
            warehouse
                .read(DocumentRow.class)
                .where("dataset = '" + test.getDisplayName() + "'")
                .orderBy("source", "ordinal"));
  }

  private List<String> texts(TestInfo test) {
    return documents(test).stream()
        .map(row -> row.record().replaceAll("\\{\"text\":\"(.*)\"}", "$1"))
        .toList();
  }

  private List<QuarantineRow> quarantine(TestInfo test) {
    return Rows.of(QuarantineRow.class)
        .collect(
            warehouse
                .read(QuarantineRow.class)
                .where("dataset = '" + test.getDisplayName() + "'")
                .orderBy("source", "ordinal"));
  }
}
