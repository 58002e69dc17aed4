package dev.hone.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class GlanceTest {
  private final SparkSession spark = TestSpark.session();

  @TempDir private Path folder;

  @Test
  void allDocumentsComeInTheOrderOfTheSources() throws IOException {
    Files.writeString(
        folder.resolve("a.jsonl"),
        IntStream.range(0, 700)
            .mapToObj(i -> i == 3 ? "{broken" : "{\"text\": \"a" + i + "\"}")
            .collect(Collectors.joining("\n")));
    Files.writeString(folder.resolve("b.json"), "[{\"text\": \"b0\"}, {\"no\": 1}]");
    spark
        .sql("SELECT concat('c', id) AS text FROM range(0, 3, 1, 1)")
        .write()
        .parquet(folder.resolve("c").toString());
    List<QuarantineRow> refused = new ArrayList<>();
    List<DocumentRow> documents = new ArrayList<>();
    Glance.at(spark, completions(folder.toString()), refused::add).forEach(documents::add);

    assertEquals(699 + 1 + 3, documents.size());
    assertEquals(4, documents.get(3).ordinal());
    assertEquals("{\"text\":\"a4\"}", documents.get(3).record());
    assertEquals(
        List.of("{\"text\":\"b0\"}", "{\"text\":\"c0\"}"),
        documents.subList(699, 701).stream().map(DocumentRow::record).toList());
    assertEquals(
        List.of("corrupt_json 3", "missing_field 1"),
        refused.stream().map(row -> row.reason() + " " + row.ordinal()).toList());
  }

  @Test
  void aQueryIsReadNoFurtherThanItIsAskedFor() {
    // The row 1000 cannot be computed.
    String query = "SELECT string(1 / (1000 - id)) AS text FROM range(0, 2000, 1, 1)";
    Iterator<DocumentRow> documents = Glance.at(spark, completions(query), row -> {}).iterator();
    assertEquals("{\"text\":\"0.001\"}", documents.next().record());
    HoneException thrown =
        assertThrows(HoneException.class, () -> documents.forEachRemaining(row -> {}));
    assertTrue(thrown.getMessage().contains("DIVIDE_BY_ZERO"), thrown.getMessage());
  }

  private static DatasetSource completions(String path) {
    return DatasetSource.of("glance", path, "completion");
  }
}
