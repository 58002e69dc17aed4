package dev.hone.jobs.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hone.formats.model.peft.AdapterMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code hone run} writes opens in Transformers and PEFT, and computes there what it does
 * here.
 */
@Tag("parity")
class TransformersOpensTest {
  private static final int[] IDS = IntStream.range(0, 24).map(i -> 2 + 37 * i % 256).toArray();

  @TempDir private Path dir;

  @Test
  void aWholeModel() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    TinyRun run = TinyRun.prepare(python, dir, 8);
    run.hone("max_steps: 3\nlearning_rate: 0.01\n");
    JsonNode before = python.run("hf_logits.py", IDS, run.model().toString());
    JsonNode after = python.run("hf_logits.py", IDS, run.output().toString());
    same(Logits.of(run.output(), IDS), after.get("logits"));
    differ(before, after);
    assertEquals(before.get("text"), after.get("text"), "the tokenizer is carried along");
  }

  /** As much as one adapter can have of what PEFT has to understand. */
  @Test
  void anAdapter() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    TinyRun run = TinyRun.prepare(python, dir, 8);
    run.hone(
        """
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
    JsonNode before = python.run("hf_logits.py", IDS, run.model().toString());
    JsonNode after =
        python.run("hf_logits.py", IDS, run.model().toString(), run.output().toString());
    same(Logits.of(run.model(), run.output(), IDS), after.get("logits"));
    differ(before, after);

    Path merged = dir.resolve("merged");
    AdapterMerge.run(run.output(), Optional.empty(), merged);
    same(Logits.of(merged, IDS), after.get("logits"));
    same(Logits.of(merged, IDS), python.run("hf_logits.py", IDS, merged.toString()).get("logits"));
  }

  /** PEFT knows nothing of what was taken out of the weights: the file alone makes it up. */
  @Tag("slow")
  @Test
  void anAdapterThatBeganInTheWeights() throws IOException, InterruptedException {
    Python python = Python.orSkip();
    TinyRun run = TinyRun.prepare(python, dir, 8);
    run.hone(
        """
        max_steps: 2
        learning_rate: 0.01
        adapter: lora
        lora_r: 4
        peft_init_lora_weights: pissa_niter_8
        """);
    JsonNode after =
        python.run("hf_logits.py", IDS, run.model().toString(), run.output().toString());
    same(Logits.of(run.model(), run.output(), IDS), after.get("logits"));
    differ(python.run("hf_logits.py", IDS, run.model().toString()), after);
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
      for (int v = 0; v < 256; v++) {
        double change =
            after.get("logits").get(t).get(v).doubleValue()
                - before.get("logits").get(t).get(v).doubleValue();
        largest = Math.max(largest, Math.abs(change));
      }
    }
    assertTrue(largest > 0.01, "training changed no logit");
  }
}
