package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every step that {@code hone run} logs equals what transformers.Trainer logs on the same rows. */
@Tag("parity")
class TrainerCurveTest {
  /** The last accumulation of an epoch is short in all of them but the first. */
  private static final int ROWS = 22;

  /** One training, in hone's keys and in Trainer's arguments. */
  enum Setting {
    FULL_PLAIN(
        false,
        """
        micro_batch_size: 2
        num_epochs: 1
        learning_rate: 0.001
        lr_scheduler: constant
        """,
        Map.of(
            "per_device_train_batch_size",
            2,
            "num_train_epochs",
            1,
            "learning_rate",
            0.001,
            "lr_scheduler_type",
            "constant")),
    FULL_COSINE_ACCUMULATED_DECAYED(
        false,
        """
        micro_batch_size: 2
        gradient_accumulation_steps: 3
        num_epochs: 2
        learning_rate: 0.002
        lr_scheduler: cosine
        warmup_steps: 2
        weight_decay: 0.1
        max_grad_norm: 0.5
        """,
        Map.of(
            "per_device_train_batch_size",
            2,
            "gradient_accumulation_steps",
            3,
            "num_train_epochs",
            2,
            "learning_rate",
            0.002,
            "lr_scheduler_type",
            "cosine",
            "warmup_steps",
            2,
            "weight_decay",
            0.1,
            "max_grad_norm",
            0.5)),
    LORA_LINEAR_WARMUP_RATIO(
        true,
        """
        adapter: lora
        lora_r: 4
        lora_alpha: 8
        lora_target_linear: true
        micro_batch_size: 1
        gradient_accumulation_steps: 4
        num_epochs: 2
        learning_rate: 0.01
        lr_scheduler: linear
        warmup_ratio: 0.25
        weight_decay: 0.01
        """,
        Map.of(
            "per_device_train_batch_size",
            1,
            "gradient_accumulation_steps",
            4,
            "num_train_epochs",
            2,
            "learning_rate",
            0.01,
            "lr_scheduler_type",
            "linear",
            "warmup_steps",
            0.25,
            "weight_decay",
            0.01)),
    LORA_MAX_STEPS(
        true,
        """
        adapter: lora
        lora_r: 4
        lora_alpha: 8
        lora_target_linear: true
        micro_batch_size: 3
        gradient_accumulation_steps: 2
        max_steps: 9
        learning_rate: 0.005
        lr_scheduler: constant_with_warmup
        warmup_steps: 3
        max_grad_norm: 0.2
        adam_beta2: 0.95
        """,
        Map.of(
            "per_device_train_batch_size",
            3,
            "gradient_accumulation_steps",
            2,
            "max_steps",
            9,
            "learning_rate",
            0.005,
            "lr_scheduler_type",
            "constant_with_warmup",
            "warmup_steps",
            3,
            "max_grad_norm",
            0.2,
            "adam_beta2",
            0.95));

    private final boolean lora;
    private final String keys;

    @SuppressWarnings("ImmutableEnumChecker") // Map.of is immutable
    private final Map<String, Object> arguments;

    Setting(boolean lora, String keys, Map<String, Object> arguments) {
      this.lora = lora;
      this.keys = keys;
      this.arguments = arguments;
    }
  }

  @TempDir private static Path dir;
  private static TinyRun tiny;

  /** The settings share one start of Python and one preparation. */
  private static final Map<Setting, JsonNode> CURVES = new EnumMap<>(Setting.class);

  @BeforeAll
  static void train() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    tiny = TinyRun.prepare(dir, ROWS);
    List<Map<String, Object>> settings = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      Map<String, Object> one = new HashMap<>();
      one.put("model", tiny.model().toString());
      one.put("adapter", setting.lora ? tiny.adapter().toString() : null);
      one.put("rows", tiny.rows().toString());
      one.put("arguments", setting.arguments);
      settings.add(one);
    }
    Iterator<JsonNode> curves = python.run("trainer_curve.py", settings).iterator();
    for (Setting setting : Setting.values()) {
      CURVES.put(setting, curves.next());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL_COSINE_ACCUMULATED_DECAYED", "LORA_LINEAR_WARMUP_RATIO"})
  void everyStepEqualsTrainers(Setting setting) throws IOException {
    assertSame(setting);
  }

  /** A quarter of a minute each; the default build has 35 minutes. */
  @ParameterizedTest
  @EnumSource(names = {"FULL_PLAIN", "LORA_MAX_STEPS"})
  @Tag("slow")
  void everyStepEqualsTrainersInOtherSettings(Setting setting) throws IOException {
    assertSame(setting);
  }

  private static void assertSame(Setting setting) throws IOException {
    TinyRun run = tiny.to(dir.resolve(setting.name()));
    run.hone(
        setting.keys
            + "run_id: "
            + setting.name()
            + "\n"
            + (setting.lora ? "lora_model_dir: " + run.adapter() + "\n" : ""));

    JsonNode expected = CURVES.get(setting);
    List<Row> curve = curve(run.warehouse(), setting.name());
    assertTrue(expected.size() > 5, "a curve is more than a few steps");
    assertEquals(expected.size(), curve.size(), "steps");
    for (int i = 0; i < curve.size(); i++) {
      for (String name : List.of("loss", "grad_norm", "learning_rate")) {
        same(
            setting + " step " + (i + 1) + " " + name,
            expected.get(i).get(name).doubleValue(),
            curve.get(i).<Double>getAs(name));
      }
    }
  }

  private static List<Row> curve(Path warehouse, String runId) {
    SparkSession spark = LocalSpark.session(1, Map.of());
    Warehouse.open(spark, warehouse.toString()).registerViews();
    return spark
        .sql(
            "SELECT step, loss, grad_norm, learning_rate FROM loss_curve WHERE loss IS NOT NULL"
                + " AND run_id = '"
                + runId
                + "' ORDER BY step")
        .collectAsList();
  }

  private static void same(String what, double expected, double actual) {
    if (!(Math.abs(actual - expected) <= 1e-4 * Math.abs(expected) + 1e-12)) {
      fail(what + ": Trainer " + expected + ", hone " + actual);
    }
  }
}
