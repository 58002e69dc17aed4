package dev.hone.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.Zstd;
import dev.hone.formats.tables.DocumentRow;
import dev.hone.formats.tables.QuarantineRow;
import dev.hone.ingest.tables.TestSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What may lie in a landing folder: each bad line has its reason, and the rest is intact. */
@Tag("spark")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileLandingTest {
  private static final int LONG_LINE = 50_000_000;

  /** Lines and what becomes of each; as bytes of ISO 8859-1, so that they need not be UTF-8. */
  private static final List<Map.Entry<String, String>> LINES =
      List.of(
          Map.entry("{\"text\":\"good\"}", "accepted"),
          Map.entry("{\"text\":\"\u00ff\u00fe\"}", "corrupt_json"),
          Map.entry("\0\0\0\0", "corrupt_json"),
          Map.entry("{\"text\":\"a\0b\"}", "corrupt_json"),
          Map.entry("{\"text\":\"a\\u0000b\"}", "accepted"),
          Map.entry("{\"text\":\"good\",\"deep\":" + "[".repeat(3000), "corrupt_json"),
          Map.entry("{\"text\":NaN}", "corrupt_json"),
          Map.entry("{\"text\":\"one\",\"text\":\"two\"}", "corrupt_json"),
          Map.entry("{\"text\":7}", "wrong_type"),
          Map.entry("{\"text\":{\"a\":1}}", "wrong_type"),
          Map.entry("[]", "wrong_type"),
          Map.entry("null", "wrong_type"),
          Map.entry("{\"body\":\"x\"}", "missing_field"),
          Map.entry("{\"text\":\"good\"} {}", "corrupt_json"));

  private final SparkSession spark = TestSpark.session();
  private Warehouse warehouse;

  @BeforeAll
  void create(@TempDir Path place) {
    warehouse = Warehouse.open(spark, place.toString());
    warehouse.create(IngestJob.tables());
  }

  @Test
  void aThousandHostileLinesHaveTheirReasons(@TempDir Path folder) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int line = 0; line < 1000; line++) {
      text.write(LINES.get(line % LINES.size()).getKey().getBytes(ISO_8859_1));
      text.write('\n');
    }
    byte[] endless = new byte[LONG_LINE];
    Arrays.fill(endless, (byte) 'a');
    text.write("{\"text\":\"".getBytes(UTF_8));
    text.write(endless);
    Files.write(folder.resolve("hostile.jsonl"), text.toByteArray());
    Files.writeString(folder.resolve("neighbour.jsonl"), "{\"text\":\"intact\"}\n");
    Map<String, String> found = ingest("hostile", folder);
    for (int line = 0; line < 1000; line++) {
      assertEquals(
          LINES.get(line % LINES.size()).getValue(),
          found.get("hostile.jsonl " + line),
          "line " + line);
    }
    assertEquals("corrupt_json", found.get("hostile.jsonl 1000"));
    assertEquals("accepted", found.get("neighbour.jsonl 0"));
    assertEquals(1002, found.size());
  }

  @Test
  void driftOfColumnsAndTypesIsJudgedFileByFile(@TempDir Path folder) throws IOException {
    parquet(folder, "p1", "SELECT 'one' AS text");
    parquet(folder, "p2", "SELECT 'two' AS text, 2 AS more");
    parquet(folder, "p3", "SELECT 3 AS text");
    parquet(folder, "p4", "SELECT 'four' AS body");
    Files.writeString(folder.resolve("p5.parquet"), "no parquet, and much longer than a footer");
    Files.writeString(folder.resolve("c1.csv"), "text\none\n");
    Files.writeString(folder.resolve("c2.csv"), "more,text\n1,two\n1,2,3\n");
    Files.writeString(folder.resolve("c3.csv"), "body\nthree\n");
    Files.writeString(folder.resolve("c4.csv"), "text\nfour\n" + ",".repeat(20_000) + "\n");
    Files.writeString(folder.resolve("j1.jsonl"), "{\"text\":\"one\"}\n{\"text\":2}\n");
    byte[] zstd = Zstd.compress("{\"text\":\"packed\"}\n".repeat(3).getBytes(UTF_8));
    Files.write(folder.resolve("z1.jsonl.zst"), zstd);
    Files.write(folder.resolve("z2.jsonl.zst"), Arrays.copyOf(zstd, zstd.length / 2));
    assertEquals(
        """
        c1.csv 0 accepted
        c2.csv 0 accepted
        c2.csv 1 wrong_columns
        c3.csv 0 missing_field
        c4.csv 0 accepted
        c4.csv 1 corrupt_csv
        j1.jsonl 0 accepted
        j1.jsonl 1 wrong_type
        p1 0 accepted
        p2 0 accepted
        p3 0 wrong_type
        p4 0 missing_field
        p5.parquet 0 damaged_file
        z1.jsonl.zst 0 accepted
        z1.jsonl.zst 1 accepted
        z1.jsonl.zst 2 accepted
        z2.jsonl.zst 0 damaged_file
        """,
        String.join(
            "",
            ingest("drift", folder).entrySet().stream()
                .map(record -> record.getKey() + " " + record.getValue() + "\n")
                .toList()));
  }

  private void parquet(Path folder, String name, String query) {
    spark.sql(query).coalesce(1).write().parquet(folder.resolve(name).toString());
  }

  /** What became of each record: file and ordinal, and accepted or the reason. */
  private Map<String, String> ingest(String name, Path folder) {
    IngestJob.run(
        spark,
        warehouse,
        List.of(
            DatasetSource.of(name, folder.toString(), "completion")
                .landing(Landing.availableNow())));
    Map<String, String> found = new TreeMap<>();
    for (Row row :
        warehouse
            .read(DocumentRow.class)
            .where("dataset = '" + name + "'")
            .selectExpr("source", "ordinal", "'accepted'")
            .union(
                warehouse
                    .read(QuarantineRow.class)
                    .where("dataset = '" + name + "'")
                    .select("source", "ordinal", "reason"))
            .collectAsList()) {
      String file = row.getString(0).substring(("file:" + folder + "/").length());
      // Spark writes a folder with a file of a name of its own.
      String shown = file.replaceAll("/part-.*", "");
      String before = found.put(shown + " " + row.getLong(1), row.getString(2));
      assertEquals(null, before, shown + " is there twice");
    }
    return found;
  }
}
