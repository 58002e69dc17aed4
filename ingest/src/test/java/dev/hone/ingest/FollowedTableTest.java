package dev.hone.ingest;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.Rows;
import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One warehouse for all tests; each has a dataset and a table of its own. */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowedTableTest {
  private static final String FEED = "TBLPROPERTIES (delta.enableChangeDataFeed = true)";

  private final SparkSession spark = TestSpark.session();
  private Warehouse warehouse;
  @TempDir private Path folder;

  @BeforeAll
  void create(@TempDir Path place) {
    warehouse = Warehouse.open(spark, place.toString());
    warehouse.create(IngestJob.tables());
  }

  @Test
  void whatIsInsertedUpdatedAndDeletedArrives(TestInfo test) {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'b'), (3, 'c'), (NULL, 'd')".formatted(table));
    DatasetSource followed = source(test, TableRead.following("id"));
    IngestReport.Dataset whole = ingest(followed);
    assertEquals(Map.of(1, "a", 2, "b", 3, "c"), texts(test));
    assertEquals(Map.of("missing_row_key", 1L), whole.quarantine());
    Map<Integer, DocumentRow> before = documents(test);
    assertEquals(table, before.get(1).source());
    assertTrue(before.get(1).sourceVersion().startsWith("1,"), before.get(1).sourceVersion());

    spark.sql("INSERT INTO %s VALUES (5, 'a'), (6, 'f')".formatted(table));
    spark.sql(
        "MERGE INTO %s old USING (SELECT 1 AS id UNION ALL SELECT 2) new ON old.id = new.id WHEN MATCHED AND old.id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET text = concat('new ', old.id)"
            .formatted(table));
    IngestReport.Dataset changed = ingest(followed);
    assertEquals(Map.of(2, "new 2", 3, "c", 5, "a", 6, "f"), texts(test));
    assertEquals(3, changed.recordsRead());
    assertEquals(Map.of("missing_row_key", 1L), changed.quarantine());
    Map<Integer, DocumentRow> after = documents(test);
    assertEquals(before.get(3), after.get(3), "what did not change is not touched");
    assertNotEquals(before.get(2).recordId(), after.get(2).recordId());
    assertTrue(after.get(2).sourceVersion().startsWith("3,"), after.get(2).sourceVersion());
    assertEquals(Optional.empty(), after.get(5).duplicateOf(), "what it repeated is gone");
  }

  // The default build is near its limit of time.
  @Tag("slow")
  @Test
  void whereItDiedBetweenTheTwoCommitsItIsMended(TestInfo test) {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'b'), (4, NULL)".formatted(table));
    DatasetSource followed = source(test, TableRead.following("id"));
    ingest(followed);
    Map<Integer, DocumentRow> before = documents(test);
    spark.sql("INSERT INTO %s VALUES (5, 'a'), (6, 'stop'), (7, NULL)".formatted(table));
    spark.sql("UPDATE %s SET text = 'd' WHERE id = 4".formatted(table));
    spark.sql("DELETE FROM %s WHERE id = 1".formatted(table));
    String documents = warehouse.identifier(DocumentRow.class);
    spark.sql(
        "ALTER TABLE %s ADD CONSTRAINT cut CHECK (record NOT LIKE '%%stop%%')"
            .formatted(documents));
    assertThrows(HoneException.class, () -> ingest(followed));
    assertEquals(before, documents(test));
    assertEquals(
        List.of(Optional.of("{\"id\":7}")),
        quarantine(test).stream().map(QuarantineRow::rowKey).toList());
    spark.sql("ALTER TABLE %s DROP CONSTRAINT cut".formatted(documents));
    spark.sql("DELETE FROM %s WHERE id = 7".formatted(table));
    ingest(followed);
    assertEquals(Map.of(2, "b", 4, "d", 5, "a", 6, "stop"), texts(test));
    assertEquals(List.of(), quarantine(test));
    long version = warehouse.version(DocumentRow.class);
    assertEquals(0, ingest(followed).sourcesRead());
    assertEquals(version, warehouse.version(DocumentRow.class));
  }

  @Tag("slow")
  @Test
  void howFarItCameIsKnownWithoutDocumentsOfTheLastVersion(TestInfo test) {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'a'), (3, 'c')".formatted(table));
    DatasetSource followed = source(test, TableRead.following("id"));
    ingest(followed);
    assertEquals(
        Optional.of(documents(test).get(1).recordId()), documents(test).get(2).duplicateOf());
    spark.sql("DELETE FROM %s WHERE id = 1".formatted(table));
    assertEquals(0, ingest(followed).recordsRead());
    assertEquals(Optional.empty(), documents(test).get(2).duplicateOf());
    assertEquals(0, ingest(followed).sourcesRead());
    // Optimized, it is of a new version and no row of it changed.
    spark.sql("OPTIMIZE " + table);
    assertEquals(0, ingest(followed).recordsRead());
    assertEquals(Map.of(2, "a", 3, "c"), texts(test));
    spark.sql("DELETE FROM " + table);
    ingest(followed);
    assertEquals(Map.of(), texts(test));
    spark.sql("INSERT INTO %s VALUES (1, 'again')".formatted(table));
    ingest(followed);
    assertEquals(Map.of(1, "again"), texts(test));
  }

  @Tag("slow")
  @Test
  void otherRulesAndOtherTablesReplaceAllDocuments(TestInfo test) {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'b')".formatted(table));
    ingest(source(test, TableRead.NEWEST));
    assertEquals(Optional.empty(), rows(test).get(0).rowKey());
    ingest(source(test, TableRead.following("id")));
    assertEquals(Map.of(1, "a", 2, "b"), texts(test));
    spark.sql("INSERT INTO %s VALUES (3, 'c')".formatted(table));
    assertEquals(3, ingest(source(test, TableRead.following("id", "text"))).recordsRead());
    spark.sql("DELETE FROM %s WHERE id = 1".formatted(table));
    assertEquals(2, ingest(source(test, TableRead.following("id"))).recordsRead());
    assertEquals(Map.of(2, "b", 3, "c"), texts(test));
  }

  @Tag("slow")
  @Test
  void aPinnedVersionIsReadWhateverComesAfterIt(TestInfo test) throws IOException {
    String table = table("");
    spark.sql("INSERT INTO %s VALUES (1, 'a')".formatted(table));
    spark.sql("INSERT INTO %s VALUES (2, 'b')".formatted(table));
    DatasetSource pinned = source(test, TableRead.pinned(1).withRowKey(List.of("id")));
    ingest(pinned);
    assertEquals(Map.of(1, "a"), texts(test));
    String[] old = spark.table(table).inputFiles();
    spark.sql("UPDATE %s SET text = 'new'".formatted(table));
    for (String file : old) {
      Files.delete(Path.of(URI.create(file)));
    }
    // What was read stays, though the files of that version were vacuumed.
    assertEquals(0, ingest(pinned).sourcesRead());
    problem(source(test, TableRead.pinned(2)), "has no version 2 any more");
  }

  @Tag("slow")
  @Test
  void problemsSayWhatToDo(TestInfo test) throws IOException {
    String table = table("");
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (1, 'b')".formatted(table));
    problem(source(test, TableRead.following("id")), "has no change data feed");
    spark.sql("ALTER TABLE %s SET %s".formatted(table, FEED));
    problem(source(test, TableRead.following("key")), "row_key 'key' is no column of");
    problem(source(test, TableRead.pinned(9)), "has no version 9 yet, its newest is 2");
    problem(source(test, TableRead.at(Instant.EPOCH)), "no version as old as 1970-01-01T00:00:00Z");
    problem(source(test, TableRead.at(Instant.now().plusSeconds(60))), "still to come");
    Path file = Files.writeString(folder.resolve("rows.jsonl"), "{}\n");
    problem(
        DatasetSource.of("f", file.toString(), "completion").table(TableRead.pinned(0)),
        "is no table");
    spark.sql("SELECT 1 AS id, 'a' AS text").createOrReplaceTempView("plain_rows");
    problem(
        DatasetSource.of("v", "plain_rows", "completion").table(TableRead.following("id")),
        "is no Delta table");
  }

  @Tag("slow")
  @Test
  void aKeyThatTwoRowsHaveIsNamed(TestInfo test) {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (1, 'b')".formatted(table));
    DatasetSource followed = source(test, TableRead.following("id"));
    problem(followed, "more than one row with row_key {\"id\":1}");
    spark.sql("DELETE FROM %s WHERE text = 'b'".formatted(table));
    ingest(followed);
    spark.sql("INSERT INTO %s VALUES (1, 'c')".formatted(table));
    problem(followed, "more than one row with row_key {\"id\":1} at version 3");
    assertEquals(Map.of(1, "a"), texts(test));
  }

  @Tag("slow")
  @Test
  void aFeedThatIsGoneIsSaid(TestInfo test) throws IOException {
    String table = table(FEED);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (2, 'b')".formatted(table));
    DatasetSource followed = source(test, TableRead.following("id"));
    ingest(followed);
    spark.sql("UPDATE %s SET text = 'B' WHERE id = 2".formatted(table));
    try (Stream<Path> files = Files.walk(place().resolve("_change_data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    problem(followed, "cannot be followed on from version 1");
    problem(followed, "give the entry a new name");
    assertEquals(Map.of(1, "a", 2, "b"), texts(test));
  }

  private Path place() {
    return folder.resolve("t");
  }

  private String table(String properties) {
    String table = "delta.`file:" + place() + "`";
    spark.sql("CREATE TABLE %s (id INT, text STRING) USING delta %s".formatted(table, properties));
    return table;
  }

  private DatasetSource source(TestInfo test, TableRead how) {
    return DatasetSource.of(test.getDisplayName(), place().toString(), "completion").table(how);
  }

  private IngestReport.Dataset ingest(DatasetSource dataset) {
    return IngestJob.run(spark, warehouse, List.of(dataset)).datasets().get(0);
  }

  private void problem(DatasetSource dataset, String part) {
    String message = assertThrows(HoneException.class, () -> ingest(dataset)).getMessage();
    assertTrue(message.contains(part), message);
    assertEquals(1, message.lines().count(), message);
  }

  private List<DocumentRow> rows(TestInfo test) {
    return Rows.of(DocumentRow.class)
        .collect(
            warehouse.read(DocumentRow.class).where(col("dataset").equalTo(test.getDisplayName())));
  }

  /** Documents by id, which is the key of their rows. */
  private Map<Integer, DocumentRow> documents(TestInfo test) {
    return rows(test).stream()
        .collect(
            Collectors.toMap(
                row -> Integer.valueOf(row.rowKey().orElseThrow().replaceAll("\\D", "")),
                row -> row));
  }

  private Map<Integer, String> texts(TestInfo test) {
    return documents(test).entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().record().replaceAll(".*\"text\":\"(.*)\".*", "$1")));
  }

  private List<QuarantineRow> quarantine(TestInfo test) {
    return Rows.of(QuarantineRow.class)
        .collect(
            warehouse
                .read(QuarantineRow.class)
                .where(col("dataset").equalTo(test.getDisplayName()))
                .orderBy("row_key"));
  }
}
