package dev.hone.jobs.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.ingest.tables.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every query of README.md, as it stands there, and checks what it answers. */
@Tag("spark")
class ReadmeQueriesTest {
  private static final Pattern SQL_BLOCK = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

  @TempDir private static Path dir;
  private static SparkSession spark;

  @BeforeAll
  static void fillWarehouse() {
    spark = LocalSpark.session(1, Map.of());
    SmallWarehouse.create(spark, dir.toString());
  }

  private static List<Row> answer(String firstWords) throws IOException {
    String readme = Files.readString(Path.of(System.getProperty("hone.repository"), "README.md"));
    List<String> queries =
        SQL_BLOCK.matcher(readme).results().map(match -> match.group(1)).toList();
    assertEquals(5, queries.size(), "README.md shows five queries, each with a test here");
    List<String> found = queries.stream().filter(sql -> sql.startsWith(firstWords)).toList();
    assertEquals(1, found.size(), firstWords);
    return spark.sql(found.get(0)).collectAsList();
  }

  @Test
  void runsAndTheirLosses() throws IOException {
    List<Row> rows = answer("SELECT run_id, state");
    assertEquals(List.of("second", "first"), column(rows, "run_id"));
    Row first = rows.get(1);
    assertEquals(3.0, first.<Double>getAs("first_loss"));
    assertEquals(1.0, first.<Double>getAs("last_loss"));
    assertEquals(300L, first.<Long>getAs("tokens"));
    assertEquals(30.0, first.<Double>getAs("seconds"));
  }

  @Test
  void evaluationsBeforeAndAfter() throws IOException {
    List<Row> rows = answer("SELECT run_id, dataset, name, min_by");
    assertEquals(List.of("heldout", "patterns", "plain_text"), column(rows, "dataset"));
    assertEquals(List.of(0.0, 0.0, 40.0), column(rows, "before"));
    assertEquals(List.of(0.5, 0.0, 41.5), column(rows, "after"));
  }

  @Test
  void smoothLoss() throws IOException {
    List<Row> rows = answer("SELECT run_id, step, learning_rate");
    assertEquals(List.of(3.0, 2.5, 2.0, 3.0, 2.5, 2.0), column(rows, "smooth_loss"));
  }

  @Test
  void refusedRecordsByReason() throws IOException {
    List<Row> rows = answer("SELECT dataset, stage, reason");
    assertEquals(List.of("corrupt_json", "too_long"), column(rows, "reason"));
    assertEquals(List.of(2L, 1L), column(rows, "records"));
    assertTrue(rows.get(0).<String>getAs("example").contains("line 0"));
  }

  @Test
  void answersThatBecameRight() throws IOException {
    List<Row> rows = answer("SELECT g.dataset");
    assertEquals(1, rows.size());
    assertTrue(rows.get(0).<String>getAs("prompt").contains("question 0"));
    assertEquals(List.of("a lake"), column(rows, "before"));
    assertEquals(List.of("SELECT 1"), column(rows, "after"));
  }

  private static List<Object> column(List<Row> rows, String name) {
    return rows.stream().<Object>map(row -> row.getAs(name)).toList();
  }
}
