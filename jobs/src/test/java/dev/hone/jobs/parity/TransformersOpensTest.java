package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.peft.AdapterMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code hone run} writes opens in Transformers and PEFT, and computes there what it does
 * here.
 */
@Tag("parity")
class TransformersOpensTest {
  private static final int[] IDS = IntStream.range(0, 24).map(i -> 3 + 37 * i % 256).toArray();

  @TempDir private static Path dir;
  private static Python python;
  private static TinyRun whole;
  private static TinyRun adapted;
  private static Path merged;

  /** What Transformers computes with the model, and with what hone made of it. */
  private static JsonNode before;

  private static JsonNode afterWhole;
  private static JsonNode afterAdapted;
  private static JsonNode afterMerged;

  /** All trainings first, as one start of Python then opens what they made. */
  @BeforeAll
  static void train() throws IOException, InterruptedException {
    python = Python.orSkip();
    whole = TinyRun.prepare(dir, 8);
    whole.hone("max_steps: 3\nlearning_rate: 0.01\nrun_id: whole\n");
    adapted = whole.to(dir.resolve("adapter"));
    // As much as one adapter can have of what PEFT has to understand.
    adapted.hone(
        """
        run_id: adapter
        max_steps: 3
        learning_rate: 0.05
        adapter: lora
        lora_r: 4
        lora_alpha: 8
        lora_target_modules: '.*(up|v|down)_proj'
        lora_exclude_modules: [model.layers.0.mlp.down_proj]
        lora_rank_pattern: {down_proj: 2}
        lora_alpha_pattern: {'layers.0.*': 3}
        lora_modules_to_save: [embed_tokens, lm_head]
        peft_use_rslora: true
        peft_use_dora: true
        peft_init_lora_weights: gaussian
        loraplus_lr_ratio: 4
        """);
    merged = dir.resolve("merged");
    AdapterMerge.run(adapted.output(), Optional.empty(), merged);
    JsonNode theirs =
        logits(
            List.of(
                List.of(whole.model()),
                List.of(whole.output()),
                List.of(adapted.model(), adapted.output()),
                List.of(merged)));
    before = theirs.get(0);
    afterWhole = theirs.get(1);
    afterAdapted = theirs.get(2);
    afterMerged = theirs.get(3);
  }

  /** What they compute with each model, or with a model and an adapter. */
  private static JsonNode logits(List<List<Path>> models) throws IOException, InterruptedException {
    List<List<String>> folders =
        models.stream().map(each -> each.stream().map(Path::toString).toList()).toList();
    return python.run("hf_logits.py", Map.of("ids", IDS, "models", folders));
  }

  @Test
  void aWholeModel() {
    same(Logits.of(whole.output(), IDS), afterWhole.get("logits"));
    differ(before, afterWhole);
    assertEquals(before.get("text"), afterWhole.get("text"), "the tokenizer is carried along");
  }

  @Test
  void anAdapter() {
    same(Logits.of(adapted.model(), adapted.output(), IDS), afterAdapted.get("logits"));
    differ(before, afterAdapted);
    same(Logits.of(merged, IDS), afterAdapted.get("logits"));
    same(Logits.of(merged, IDS), afterMerged.get("logits"));
  }

  /** PEFT knows nothing of what was taken out of the weights: the file alone makes it up. */
  @Tag("slow")
  @Test
  void anAdapterThatBeganInTheWeights() throws IOException, InterruptedException {
    TinyRun run = whole.to(dir.resolve("pissa"));
    run.hone(
        """
        run_id: pissa
        max_steps: 2
        learning_rate: 0.01
        adapter: lora
        lora_r: 4
        peft_init_lora_weights: pissa_niter_8
        """);
    JsonNode after = logits(List.of(List.of(run.model(), run.output()))).get(0);
    same(Logits.of(run.model(), run.output(), IDS), after.get("logits"));
    differ(before, after);
  }

  static void same(float[][] actual, JsonNode expected) {
    assertEquals(expected.size(), actual.length, "positions");
    for (int t = 0; t < actual.length; t++) {
      assertEquals(expected.get(t).size(), actual[t].length, "vocabulary");
      for (int v = 0; v < actual[t].length; v++) {
        double value = expected.get(t).get(v).doubleValue();
        if (!(Math.abs(actual[t][v] - value) <= 1e-4 * Math.max(1, Math.abs(value)))) {
          fail("position %d, token %d: %s, hone %s".formatted(t, v, value, actual[t][v]));
        }
      }
    }
  }

  private static void differ(JsonNode before, JsonNode after) {
    double largest = 0;
    for (int t = 0; t < IDS.length; t++) {
      for (int v = 0; v < TinyRun.VOCABULARY; v++) {
        double change =
            after.get("logits").get(t).get(v).doubleValue()
                - before.get("logits").get(t).get(v).doubleValue();
        largest = Math.max(largest, Math.abs(change));
      }
    }
    assertTrue(largest > 0.01, "training changed no logit");
  }
}
