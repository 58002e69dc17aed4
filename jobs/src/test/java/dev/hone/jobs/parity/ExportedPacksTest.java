package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code hone export-packs} gives Transformers and TRL the very packs that hone trains on: ten
 * steps on them, in their order, lose what {@code hone run} loses.
 */
@Tag("parity")
@Tag("slow")
class ExportedPacksTest {
  private static final int STEPS = 10;
  private static final int ROWS = 64;
  private static final String KEYS =
      """
      sample_packing: true
      micro_batch_size: 2
      max_steps: 10
      learning_rate: 0.002
      lr_scheduler: constant
      """;
  private static final Map<String, Object> ARGUMENTS =
      Map.of("max_steps", STEPS, "learning_rate", 0.002, "lr_scheduler_type", "constant");

  @TempDir private static Path dir;
  private static Python python;
  private static TinyRun run;
  private static List<Row> ours;

  /** What hone loses on the packs that it exports. */
  @BeforeAll
  static void train() throws IOException {
    python = Python.orSkip();
    run = TinyRun.prepare(dir, ROWS);
    String config = run.config(KEYS).toString();
    TinyRun.command("train", config);
    TinyRun.command("export-packs", config, "--out", dir.resolve("export").toString());
    SparkSession spark = LocalSpark.session(1, Map.of());
    Warehouse.open(spark, run.warehouse().toString()).registerViews("loss_curve");
    ours =
        spark
            .sql(
                "SELECT step, loss, grad_norm, learning_rate FROM loss_curve WHERE loss IS NOT NULL"
                    + " ORDER BY step")
            .collectAsList();
  }

  @Test
  void transformersTrainsOnThem() throws IOException, InterruptedException {
    SparkSession spark = LocalSpark.session(1, Map.of());
    Path rows =
        Files.write(
            dir.resolve("packs.jsonl"),
            spark.read().parquet(dir.resolve("export/data").toString()).toJSON().collectAsList());
    JsonNode first = new ObjectMapper().readTree(Files.readAllLines(rows).get(0));
    assertTrue(first.get("seq_lengths").size() > 1, "packs of one document would prove little");

    // A batch of one pack needs no padding, and so no attention mask.
    JsonNode theirs =
        python.run(
            "trainer_curve.py",
            List.of(
                settings(
                    Map.of("rows", rows.toString()),
                    Map.of("per_device_train_batch_size", 1, "gradient_accumulation_steps", 2))));
    same("Trainer", theirs.get(0));
  }

  @Test
  void trlTrainsOnThem() throws IOException, InterruptedException {
    JsonNode theirs =
        python.run(
            "trl_curve.py",
            settings(
                Map.of("data", dir.resolve("export").toString()),
                Map.of("per_device_train_batch_size", 2)));
    Assumptions.assumeFalse(
        theirs.has("missing"), () -> "skipped: HONE_PYTHON has no TRL: " + theirs);
    assertEquals(
        "[\"input_ids\",\"labels\",\"position_ids\",\"seq_lengths\"]",
        theirs.get("columns").toString());
    assertTrue(theirs.get("splits").get("train").intValue() >= 2 * STEPS, "packs");
    same("TRL", theirs.get("curve"));
  }

  private static Map<String, Object> settings(
      Map<String, Object> data, Map<String, Object> batches) {
    Map<String, Object> arguments = new HashMap<>(ARGUMENTS);
    arguments.putAll(batches);
    Map<String, Object> settings = new HashMap<>(data);
    settings.put("model", run.model().toString());
    settings.put("adapter", null);
    settings.put("arguments", arguments);
    return settings;
  }

  private static void same(String whose, JsonNode theirs) {
    assertEquals(STEPS, theirs.size(), "steps");
    assertEquals(STEPS, ours.size(), "steps");
    for (int i = 0; i < STEPS; i++) {
      for (String name : List.of("loss", "grad_norm", "learning_rate")) {
        double expected = theirs.get(i).get(name).doubleValue();
        double actual = ours.get(i).<Double>getAs(name);
        if (!(Math.abs(actual - expected) <= 1e-4 * Math.abs(expected))) {
          fail("step %d, %s: %s %s, hone %s".formatted(i + 1, name, whose, expected, actual));
        }
      }
    }
  }
}
