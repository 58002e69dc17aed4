package dev.hone.ingest.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.GenerationRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One warehouse, by path and by name, from hone and from a session that knows nothing of hone. */
@Tag("spark")
class CatalogNamesTest {
  private final SparkSession spark = TestSpark.session();
  private final SparkSession plain = spark.newSession();

  @TempDir Path folder;

  /** What docs/tables.md says of registering, word for word. */
  @Test
  void tablesOfAPathAreRegisteredUnderAName() throws Exception {
    Warehouse byPath = Warehouse.open(spark, folder.toString());
    byPath.create(List.of(EvalRow.class, GenerationRow.class));
    byPath.append(EvalRow.class, List.of(eval("by path")));
    String docs =
        Files.readString(Path.of(System.getProperty("hone.repository"), "docs", "tables.md"));
    String statement =
        docs.lines()
            .map(String::strip)
            .filter(line -> line.startsWith("CREATE TABLE hone_runs.metrics"))
            .findFirst()
            .orElseThrow();
    for (Class<? extends Record> type : byPath.existing()) {
      TableSchema table = byPath.schema(type);
      String schema = table.table().schema().name().toLowerCase(Locale.ROOT);
      plain.sql("CREATE SCHEMA registered_" + schema);
      plain.sql(
          statement
              .replace(";", "")
              .replace("hone_runs.metrics", "registered_" + schema + "." + table.name())
              .replace("s3a://lake/hone/runs/metrics", TableState.folder(byPath, type).toString()));
    }
    Warehouse byName = Warehouse.open(spark, "registered");
    byName.create(List.of(EvalRow.class, GenerationRow.class));
    assertEquals(0, byName.version(GenerationRow.class), "the table is taken as it is");
    byName.append(EvalRow.class, List.of(eval("by name")));

    assertEquals(2, byPath.read(EvalRow.class).count());
    assertEquals(2, plain.table("registered_runs.evals").count());
    assertEquals(
        2, plain.read().format("delta").load(folder.resolve("runs/evals").toString()).count());
    Map<String, String> comments =
        plain.sql("DESCRIBE registered_runs.evals").collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> "" + row.get(2)));
    assertEquals(
        byName.schema(EvalRow.class).struct().apply("n").getComment().get(), comments.get("n"));
  }

  @Test
  void aNameMayHaveThreeLevels() {
    Warehouse warehouse = Warehouse.open(spark, "spark_catalog.deep");
    warehouse.create(List.of(EvalRow.class));
    warehouse.append(EvalRow.class, List.of(eval("deep")));
    warehouse.upsert(EvalRow.class, List.of(eval("deep")), "run_id");
    assertEquals(1, plain.table("spark_catalog.deep_runs.evals").count());
    assertEquals(List.of(EvalRow.class), warehouse.existing());
    assertEquals(1, TableState.of(warehouse, EvalRow.class).rows().getAsLong());
    assertEquals(1, Compaction.of(warehouse, EvalRow.class).filesAfter());
  }

  private static EvalRow eval(String run) {
    return new EvalRow(run, 0, "d", "eval_loss", 1, 1, Instant.EPOCH);
  }
}
