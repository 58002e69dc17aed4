package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Progress;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
class IngestJobTest {
  private final SparkSession spark = TestSpark.session();
  private Warehouse warehouse;

  @BeforeAll
  void create(@TempDir Path place) {
    warehouse = Warehouse.open(spark, place.toString());
    warehouse.create(IngestJob.tables());
  }

  @Test
  void aFolderOfAllKindsKeepsItsOrder(@TempDir Path folder, TestInfo test) throws IOException {
    Files.writeString(folder.resolve("b.json"), "[{\"text\":\"b0\"},\n{\"text\":\"b1\"}]");
    Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"a0\"}\n\n{\"text\":\"a1\"}\n");
    Files.writeString(folder.resolve("c d.txt"), "c0\nc1\n");
    Files.writeString(folder.resolve("e.csv"), "text\ne0\n");
    Files.writeString(folder.resolve("README.md"), "no records");
    Files.writeString(folder.resolve("_SUCCESS"), "");
    spark
        .sql("SELECT concat('p', id) AS text FROM range(0, 3, 1, 1)")
        .write()
        .parquet(folder.resolve("p q").toString());
    IngestReport.Dataset report = ingest(completions(test, folder));
    assertEquals(List.of("a0", "a1", "b0", "b1", "c0", "c1", "e0", "p0", "p1", "p2"), texts(test));
    assertEquals(10, report.accepted());
    assertEquals(10, report.recordsRead());
    assertEquals(5, report.sourcesRead());
    assertEquals(List.of("file:" + folder + "/README.md"), report.ignored());
    TextStatistics.Summary characters = report.text().orElseThrow().characters();
    assertEquals("{\"text\":\"a0\"}".length(), characters.mean());
    assertEquals(1, report.text().orElseThrow().turns().max());
    DocumentRow third = documents(test).get(2);
    assertEquals("file:" + folder + "/b.json", third.source());
    assertEquals("completion", third.kind());
    assertEquals(Optional.empty(), third.duplicateOf());
  }

  @Test
  void refusedRecordsGoToQuarantineAndNothingIsLost(@TempDir Path folder, TestInfo test)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"text\":\"ok\"}\n{\"text\":\n[1]\n{\"body\":\"x\"}\n{\"text\":7}\n");
    IngestReport.Dataset report = ingest(completions(test, file));
    assertEquals(
        Map.of("corrupt_json", 1L, "wrong_type", 2L, "missing_field", 1L), report.quarantine());
    assertEquals(1, report.accepted());
    assertEquals(5, report.records());
    List<QuarantineRow> rows = quarantine(test);
    assertEquals(List.of(1L, 2L, 3L, 4L), rows.stream().map(QuarantineRow::ordinal).toList());
    assertTrue(rows.get(0).message().startsWith("line 2 is no JSON"), rows.get(0).message());
    assertEquals("{\"text\":", rows.get(0).raw());
    assertEquals("{\"body\":\"x\"}", rows.get(2).raw());
    assertEquals("ingest", rows.get(0).stage());
  }

  @Test
  void repairsAreCounted(@TempDir Path folder, TestInfo test) throws IOException {
    String turns =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"assistant\",\"content\":\"c\"}%s]}\n";
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            turns.formatted("")
                + turns.formatted(",{\"role\":\"user\",\"content\":\"d\"}")
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}\n");
    DatasetSource strict =
        DatasetSource.of(test.getDisplayName(), file.toString(), "chat_template");
    IngestReport.Dataset refused = ingest(strict);
    assertEquals(Map.of("role_order", 2L), refused.quarantine());
    IngestReport.Dataset repaired =
        ingest(
            new DatasetSource(
                strict.name(),
                strict.path(),
                strict.type(),
                Map.of("validation", "repair"),
                SourceFormat.AUTO));
    assertEquals(Map.of("role_order", 2L, "last_turn_not_answer", 1L), repaired.repairs());
    assertEquals(Map.of("empty_conversation", 1L), repaired.quarantine());
    assertEquals(2, repaired.accepted());
  }

  @Test
  void aSecondRunReadsNothingAndAChangeReplaces(@TempDir Path folder, TestInfo test)
      throws IOException {
    Path a = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"a0\"}\nbad\n");
    Path b = Files.writeString(folder.resolve("b.jsonl"), "{\"text\":\"b0\"}\n");
    DatasetSource dataset = completions(test, folder);
    IngestReport.Dataset first = ingest(dataset);
    long version = warehouse.version(DocumentRow.class);
    IngestReport.Dataset second = ingest(dataset);
    assertEquals(version, warehouse.version(DocumentRow.class));
    assertEquals(0, second.sourcesRead());
    assertEquals(first.accepted(), second.accepted());
    assertEquals(first.quarantine(), second.quarantine());

    String keptId = documents(test).get(1).recordId();
    Files.writeString(a, "{\"text\":\"a1\"}\n{\"text\":\"a2\"}\n");
    Files.writeString(folder.resolve("c.jsonl"), "bad\nbad\n");
    IngestReport.Dataset third = ingest(dataset);
    assertEquals(2, third.sourcesRead());
    assertEquals(List.of("a1", "a2", "b0"), texts(test));
    assertEquals(keptId, documents(test).get(2).recordId());
    assertEquals(Map.of("corrupt_json", 2L), third.quarantine());

    Files.delete(b);
    Files.delete(folder.resolve("c.jsonl"));
    IngestReport.Dataset fourth = ingest(dataset);
    assertEquals(List.of("a1", "a2"), texts(test));
    assertEquals(0, fourth.sourcesRead());
    assertEquals(Map.of(), fourth.quarantine());
  }

  @Test
  void aRunThatDiedBetweenTheCommitsIsMended(@TempDir Path folder, TestInfo test)
      throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"a0\"}\nbad\n");
    DatasetSource dataset = completions(test, file);
    ingest(dataset);
    List<QuarantineRow> before = quarantine(test);
    warehouse.deltaTable(DocumentRow.class).delete("dataset = '" + dataset.name() + "'");
    IngestReport.Dataset report = ingest(dataset);
    assertEquals(List.of("a0"), texts(test));
    assertEquals(1, before.size());
    assertEquals(
        before.stream().map(QuarantineRow::recordId).toList(),
        quarantine(test).stream().map(QuarantineRow::recordId).toList());
    assertEquals(1, report.sourcesRead());
  }

  @Test
  void otherRulesReadAnew(@TempDir Path folder, TestInfo test) throws IOException {
    Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"a\",\"body\":\"b\"}\n");
    ingest(completions(test, file));
    ingest(
        new DatasetSource(
            test.getDisplayName(),
            file.toString(),
            "completion",
            Map.of("field", "body"),
            SourceFormat.AUTO));
    assertEquals(List.of("b"), texts(test));
  }

  @Test
  void repetitionsNameTheFirst(@TempDir Path folder, TestInfo test) throws IOException {
    Path a = Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"x\"}\n{\"text\":\"y\"}\n");
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\":\"x\"}\n{\"text\":\"x\"}\n");
    IngestReport.Dataset report = ingest(completions(test, folder));
    assertEquals(2, report.duplicates());
    List<DocumentRow> rows = documents(test);
    assertEquals(Optional.of(rows.get(0).recordId()), rows.get(2).duplicateOf());
    assertEquals(Optional.of(rows.get(0).recordId()), rows.get(3).duplicateOf());
    assertEquals(rows.get(0).contentHash(), rows.get(3).contentHash());
    // The first one goes: the next one takes its place.
    Files.writeString(a, "{\"text\":\"z\"}\n");
    assertEquals(1, ingest(completions(test, folder)).duplicates());
    rows = documents(test);
    assertEquals(Optional.empty(), rows.get(1).duplicateOf());
    assertEquals(Optional.of(rows.get(1).recordId()), rows.get(2).duplicateOf());
  }

  @Test
  void newFilesAreAppendedAndKeepTheOrderOfEquals(@TempDir Path folder, TestInfo test)
      throws IOException {
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\":\"x\"}\n{\"text\":\"y\"}\nbad\n");
    ingest(completions(test, folder));
    Files.writeString(folder.resolve("c.jsonl"), "{\"text\":\"x\"}\n{\"text\":\"z\"}\nbad\n");
    Files.writeString(folder.resolve("refused.jsonl"), "bad\n");
    IngestReport.Dataset appended = ingest(completions(test, folder));
    assertEquals("WRITE", lastOperation());
    assertEquals(1, appended.duplicates());
    assertEquals(Map.of("corrupt_json", 3L), appended.quarantine());
    List<DocumentRow> rows = documents(test);
    assertEquals(Optional.of(rows.get(0).recordId()), rows.get(2).duplicateOf());

    Files.writeString(folder.resolve("a.jsonl"), "{\"text\":\"x\"}\n");
    assertEquals(2, ingest(completions(test, folder)).duplicates());
    assertEquals("MERGE", lastOperation());
    rows = documents(test);
    assertEquals(Optional.empty(), rows.get(0).duplicateOf());
    assertEquals(Optional.of(rows.get(0).recordId()), rows.get(1).duplicateOf());
    assertEquals(Optional.of(rows.get(0).recordId()), rows.get(3).duplicateOf());
    assertEquals(3, quarantine(test).size());
  }

  private String lastOperation() {
    return warehouse
        .deltaTable(DocumentRow.class)
        .history(1)
        .select("operation")
        .head()
        .getString(0);
  }

  @Test
  void largeFilesKeepTheirOrder(@TempDir Path folder, TestInfo test) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append(i % 7 == 0 ? "\n" : "").append("{\"text\":\"t").append(i).append("\"}\n");
    }
    text.append("bad\n");
    Files.writeString(folder.resolve("a.jsonl"), text);
    Files.writeString(folder.resolve("b.jsonl"), text.toString().replace("t1", "u1"));
    IngestReport report =
        new IngestJob(spark, warehouse, 1000, Progress.Listener.NONE)
            .run(List.of(completions(test, folder)));
    assertEquals(1000, report.accepted());
    List<DocumentRow> rows = documents(test);
    for (int i = 0; i < 500; i++) {
      assertEquals(i, rows.get(i).ordinal());
      assertEquals("{\"text\":\"t" + i + "\"}", rows.get(i).record());
    }
    assertTrue(quarantine(test).get(0).message().startsWith("line 573 "));
    assertEquals(500, quarantine(test).get(0).ordinal());
  }

  // 36 s; the default build has 35 minutes.
  @Tag("slow")
  @Test
  void tablesAndQueries(@TempDir Path folder, TestInfo test) {
    String table = "delta.`" + folder.resolve("t") + "`";
    spark.sql("CREATE TABLE " + table + " USING delta AS SELECT 'one' AS text, 1 AS n");
    DatasetSource folderOfTable = completions(test, folder.resolve("t"));
    assertEquals(1, ingest(folderOfTable).sourcesRead());
    assertEquals(0, ingest(folderOfTable).sourcesRead());
    assertTrue(documents(test).get(0).sourceVersion().startsWith("0,"));
    spark.sql("INSERT INTO " + table + " VALUES ('two', 2), (NULL, 3)");
    assertEquals(Map.of("missing_field", 1L), ingest(folderOfTable).quarantine());
    assertEquals(2, documents(test).size());

    DatasetSource query =
        DatasetSource.of(
            test.getDisplayName(),
            "SELECT text FROM " + table + " WHERE text IS NOT NULL ORDER BY n DESC",
            "completion");
    ingest(query);
    assertEquals(List.of("two", "one"), texts(test));
    spark.sql("DELETE FROM " + table + " WHERE n = 3");
    assertEquals(0, ingest(query).sourcesRead());
    spark.sql("DELETE FROM " + table + " WHERE n = 2");
    assertEquals(1, ingest(query).sourcesRead());
    assertEquals(List.of("one"), texts(test));
    spark.sql("SELECT 'view' AS text").createOrReplaceTempView("some_rows");
    ingest(DatasetSource.of(test.getDisplayName(), "some_rows", "completion"));
    assertEquals(List.of("view"), texts(test));
  }

  @Test
  void globsAndMovedFiles(@TempDir Path folder, TestInfo test) throws IOException {
    for (String part : List.of("x1", "x2", "y1")) {
      Path file = Files.createDirectories(folder.resolve("in").resolve(part)).resolve("a.jsonl");
      Files.writeString(file, "{\"text\":\"" + part + "\"}\n");
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
    ingest(completions(test, folder.resolve("in/x*")));
    List<DocumentRow> before = documents(test);
    assertEquals(List.of("x1", "x2"), texts(test));
    assertNotEquals(before.get(0).recordId(), before.get(1).recordId());
    Files.move(folder.resolve("in"), folder.resolve("elsewhere"));
    ingest(completions(test, folder.resolve("elsewhere/x*")));
    List<DocumentRow> after = documents(test);
    assertEquals(
        before.stream().map(DocumentRow::recordId).toList(),
        after.stream().map(DocumentRow::recordId).toList());
    assertTrue(after.get(0).source().contains("elsewhere"));
  }

  @Test
  void problemsAreOneLineAndComeTogether(@TempDir Path folder, TestInfo test) throws IOException {
    Files.createDirectory(folder.resolve("empty"));
    Files.writeString(folder.resolve("data.bin"), "x");
    String message =
        problem(
            DatasetSource.of("a", folder.resolve("none.jsonl").toString(), "alpaca"),
            DatasetSource.of("b", folder.resolve("empty").toString(), "alpaca"),
            DatasetSource.of("c", folder.resolve("data.bin").toString(), "alpaca"),
            DatasetSource.of("d", "no_such.table", "alpaca"),
            DatasetSource.of("e", "x.jsonl", "alpacca"),
            DatasetSource.of("f", "nosuch://bucket/x", "alpaca"),
            new DatasetSource("g", "x", "alpaca", Map.of("field", "x"), SourceFormat.AUTO),
            DatasetSource.of("a", "x", "alpaca"));
    for (String part :
        List.of(
            "dataset a: path '" + folder + "/none.jsonl' is no file",
            "dataset b: path '" + folder + "/empty' holds no file",
            "dataset c: path '" + folder + "/data.bin' does not say",
            "dataset d: path 'no_such.table' is no file",
            "dataset e: type 'alpacca' is unknown",
            "dataset f: path 'nosuch://bucket/x' cannot be reached",
            "dataset g: type 'alpaca' has no key field",
            "dataset a: named twice")) {
      assertTrue(message.contains(part), part + " in " + message);
    }
    assertTrue(
        problem(DatasetSource.of("q", "SELECT x FROM no_such", "alpaca"))
            .contains("dataset q: path 'SELECT x FROM no_such' cannot be read"));
    assertEquals(0, warehouse.read(DocumentRow.class).where("dataset = 'a'").count());
  }

  private String problem(DatasetSource... datasets) {
    String message =
        assertThrows(HoneException.class, () -> IngestJob.run(spark, warehouse, List.of(datasets)))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private IngestReport.Dataset ingest(DatasetSource dataset) {
    return IngestJob.run(spark, warehouse, List.of(dataset)).datasets().get(0);
  }

  private static DatasetSource completions(TestInfo test, Path path) {
    return DatasetSource.of(test.getDisplayName(), path.toString(), "completion");
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
                .orderBy("source", "ordinal"))
        .stream()
        .sorted(Comparator.comparing(QuarantineRow::source))
        .toList();
  }
}
