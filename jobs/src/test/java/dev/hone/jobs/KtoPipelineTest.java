package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.tables.EvalRow;
import dev.hone.formats.tables.MetricRow;
import dev.hone.formats.tables.SampleRow;
import dev.hone.ingest.tables.LocalSpark;
import dev.hone.ingest.tables.Warehouse;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.distributed.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rl: kto}, from a configuration to an adapter and its evaluation. */
@Tag("spark")
@Tag("slow")
class KtoPipelineTest {
  @TempDir Path folder;

  @Test
  void labelledAnswersBecomeAnAdapter() throws IOException {
    PipelineFiles.copyModel(folder.resolve("model"));
    StringBuilder rows =
        new StringBuilder("{\"prompt\": \"Q?\", \"chosen\": \"a\", \"rejected\": \"b\"}\n");
    for (int i = 0; i < 24; i++) {
      rows.append(
          "{\"prompt\": \"What is %d?\", \"completion\": \"%s %d.\", \"label\": %s}\n"
              .formatted(i, i % 2 == 0 ? "It is" : "No idea, perhaps", i, i % 2 == 0));
    }
    Files.writeString(folder.resolve("kto.jsonl"), rows);
    Path yaml =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            base_model: %1$s/model
            adapter: lora
            lora_r: 4
            rl: kto
            kto_desirable_weight: 1.2
            datasets:
              - {path: %1$s/kto.jsonl, type: unpaired_preference}
            val_set_size: 0.2
            chat_template: chatml
            sequence_len: 128
            sample_packing: true
            micro_batch_size: 2
            gradient_accumulation_steps: 8
            learning_rate: 0.01
            num_epochs: 8
            logging_steps: 1
            output_dir: %1$s/out
            warehouse: %1$s/warehouse
            run_id: kto
            """
                .formatted(folder));
    SparkSession spark = LocalSpark.session(2, Map.of());

    Hone.Outcome trained = open(spark, yaml).run(new HoneObserver() {});

    assertEquals(1, trained.prep().prep().quarantined());
    RunResult result = trained.result().orElseThrow();
    long steps = result.last().orElseThrow().step();
    assertTrue(Files.exists(folder.resolve("out/adapter_model.safetensors")));
    Warehouse warehouse = Hone.warehouse(spark, folder.resolve("warehouse").toString());
    assertEquals(0, metric(warehouse, "rewards/margins", 1), 1e-4);
    double margin = metric(warehouse, "rewards/margins", steps);
    assertTrue(margin > 0.1, () -> "trained answers are " + margin + " apart");
    long heldOut =
        warehouse
            .read(EvalRow.class)
            .where("run_id = 'kto' AND name = 'kl' AND step = 0")
            .head()
            .getAs("n");
    assertEquals(evalSamples(warehouse), heldOut);
    assertEquals(24, trained.prep().prep().samples());
    double heldOutMargin = result.eval(steps, "val_set", "rewards/margins").orElseThrow();
    assertTrue(heldOutMargin > 0.05, () -> "held-out answers are " + heldOutMargin + " apart");
    assertEquals(0, result.eval(0, "val_set", "rewards/margins").orElseThrow(), 1e-4);

    RunResult again =
        open(spark, yaml, "lora_model_dir=" + folder.resolve("out"), "run_id=measured")
            .evaluate(new HoneObserver() {})
            .result()
            .orElseThrow();
    assertEquals(
        heldOutMargin,
        again.eval(0, "val_set", "rewards/margins").orElseThrow(),
        1e-4,
        "the adapter against its base");
    assertTrue(
        assertThrows(
                HoneException.class,
                () ->
                    PackExport.run(
                        warehouse,
                        trained.prep().prep().prepId(),
                        PackExport.Layout.HF,
                        folder.resolve("export").toString(),
                        List.of(PackColumns.values()),
                        notice -> {}))
            .getMessage()
            .contains("answers to compare"));
  }

  private static Hone open(SparkSession spark, Path yaml, String... overrides) {
    return Hone.open(spark, HoneConfig.read(yaml, List.of(overrides), Map.of()), notice -> {});
  }

  private static long evalSamples(Warehouse warehouse) {
    return warehouse.read(SampleRow.class).where("split = 'eval'").count();
  }

  private static double metric(Warehouse warehouse, String name, long step) {
    return warehouse
        .read(MetricRow.class)
        .where("run_id = 'kto' AND step = %d AND name = '%s'".formatted(step, name))
        .head()
        .<Double>getAs("value");
  }
}
