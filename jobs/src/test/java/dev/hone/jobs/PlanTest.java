package dev.hone.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.HoneException;
import dev.hone.formats.model.hf.JsonFile;
import dev.hone.jobs.config.HoneConfig;
import dev.hone.training.kernels.MemoryUse;
import dev.hone.training.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PlanTest {
  private static final Path MODEL =
      Path.of(
          System.getProperty("hone.repository"), "training/src/test/resources/parity/qwen3/model");

  @TempDir Path folder;

  private HoneConfig config(String... set) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"),
            """
            base_model: %s
            learning_rate: 1e-4
            datasets:
              - {path: a.jsonl, type: alpaca}
            sequence_len: 64
            micro_batch_size: 2
            gradient_accumulation_steps: 5
            bf16: false
            """
                .formatted(MODEL));
    return HoneConfig.read(file, List.of(set), Map.of());
  }

  private static MemoryLimit limit(long bytes) {
    return new MemoryLimit(bytes, "the " + bytes + " bytes there are", "buy more");
  }

  @Test
  void everythingComesFromTheConfiguration() throws IOException {
    Plan plan =
        Plan.of(
            config("adapter=lora", "lora_r=4", "bf16=true", "gradient_checkpointing=2", "seed=7"));
    assertEquals(64, plan.setup().sequenceLength());
    assertEquals(2, plan.setup().microBatchSize());
    assertEquals(2, plan.setup().checkpointing());
    assertEquals(Precision.BF16, plan.setup().precision());
    assertEquals(4, plan.setup().adapter().orElseThrow().settings().ranks().r());
    assertEquals(5, plan.accumulation());
    assertEquals(5 * 128 * plan.flopsPerToken(), plan.flopsPerStep(), 1);
    assertTrue(plan.memory().bytes().get(MemoryUse.FROZEN) > 0);
  }

  @Test
  void anAverageOfTheWeightsIsHalfOfTheirMomentsMore() throws IOException {
    long moments = Plan.of(config()).memory().bytes().get(MemoryUse.OPTIMIZER);
    long averaged = Plan.of(config("ema_decay=0.9")).memory().bytes().get(MemoryUse.OPTIMIZER);
    assertEquals(3 * moments / 2, averaged);
  }

  @Test
  void newTokensAreRowsToTrain() throws IOException {
    Path grown = folder.resolve("grown");
    Files.createDirectory(grown);
    ObjectNode json = JsonFile.read(MODEL.resolve("config.json"));
    JsonFile.write(grown.resolve("config.json"), json);
    Files.copy(MODEL.resolve("model.safetensors"), grown.resolve("model.safetensors"));
    int rows = json.path("vocab_size").intValue();
    ObjectNode tokenizer = JsonFile.object();
    ObjectNode vocab = tokenizer.putObject("model").putObject("vocab");
    for (int id = 0; id < rows; id++) {
      vocab.put("t" + id, id);
    }
    JsonFile.write(grown.resolve("tokenizer.json"), tokenizer);
    long before = Plan.of(config("base_model=" + grown)).memory().trainedWeights();
    Plan plan = Plan.of(config("base_model=" + grown, "tokens=[<a>, <b>, t5]"));
    assertEquals(rows + 2, plan.setup().model().config().vocabSize());
    int tables = json.path("tie_word_embeddings").asBoolean() ? 1 : 2;
    assertEquals(
        before + 2L * tables * json.path("hidden_size").intValue(), plan.memory().trainedWeights());
  }

  @Test
  void aRewardModelHasNoLogits() throws IOException {
    Plan writes = Plan.of(config("adapter=lora", "rl=dpo"));
    Plan rates = Plan.of(config("adapter=lora", "reward_model=true"));
    MemoryUse logits = MemoryUse.LOGITS;
    assertTrue(rates.memory().bytes().get(logits) < writes.memory().bytes().get(logits) / 2);
    assertTrue(rates.flopsPerToken() < writes.flopsPerToken());
    int width = rates.setup().model().config().hiddenSize();
    assertEquals(writes.memory().trainedWeights() + width, rates.memory().trainedWeights());
  }

  @Test
  void nothingIsSaidOfAPlanThatFits() throws IOException {
    Plan plan = Plan.of(config());
    long total = plan.memory().total();
    assertEquals(
        Optional.empty(), new Plan(plan.setup(), plan.memory(), 5, limit(total)).warning());
    assertTrue(plan.limit().text().endsWith("of this machine"), plan.limit().text());
  }

  /** The most helpful setting comes first, and each number is the plan with that setting. */
  @Test
  void aPlanThatDoesNotFitNamesWhatHelps() throws IOException {
    Plan plan = Plan.of(config());
    long total = plan.memory().total();
    String warning =
        new Plan(plan.setup(), plan.memory(), 5, limit(total - 1)).warning().orElseThrow();
    assertEquals(1, warning.lines().count());
    assertTrue(
        warning.startsWith(
            "the plan of %s is more than the %d bytes there are; buy more, or change the configuration: it would be "
                .formatted(Sizes.bytes(total), total - 1)),
        warning);
    for (String setting :
        List.of(
            "adapter=lora", "adapter=qlora", "gradient_checkpointing=true", "micro_batch_size=1")) {
      String helped =
          Sizes.bytes(Plan.of(config(setting)).memory().total())
              + " with "
              + setting.replace("=", ": ");
      assertTrue(warning.contains(helped), warning);
    }
    long all =
        Plan.of(
                config(
                    "adapter=qlora",
                    "gradient_checkpointing=true",
                    "micro_batch_size=1",
                    "bf16=auto"))
            .memory()
            .total();
    assertTrue(warning.endsWith(", " + Sizes.bytes(all) + " with all of these"), warning);
  }

  @Test
  void aModelThatIsNotThereIsOneLine() throws IOException {
    for (String name : List.of("nowhere", "nowhere.gguf", "s3a://bucket/model")) {
      HoneConfig config = config("adapter=qlora", "base_model=" + name);
      HoneException e = assertThrows(HoneException.class, () -> Plan.of(config));
      assertEquals(1, e.getMessage().lines().count());
      assertTrue(e.getMessage().contains("c.yaml: base_model: '" + name + "' is"), e.getMessage());
    }
  }

  @Test
  void aKnownShapeIsPlannedWithoutAnyFile() throws IOException {
    Plan plan =
        Plan.of(
            config(
                "base_model=llama-3.1-8b",
                "adapter=lora",
                "bf16=true",
                "gradient_checkpointing=true",
                "sequence_len=4096"));
    assertEquals(8_030_261_248L, plan.memory().weights());
    // Two bytes for each, but four for those of norms, which no product reads.
    assertEquals(16_061_054_976L, plan.memory().bytes().get(MemoryUse.FROZEN));
    // 1,064 bytes for 2,048 weights of the linear layers; embedding and head stay.
    Plan quantized = Plan.of(config("base_model=llama-3.1-8b", "adapter=qlora", "bf16=true"));
    long linear = 8_030_261_248L - 2L * 128_256 * 4096 - 65 * 4096;
    assertEquals(
        linear / 2048 * 1064 + 2L * 2 * 128_256 * 4096 + 4 * 65 * 4096,
        quantized.memory().bytes().get(MemoryUse.FROZEN));
  }

  @Test
  void anExecutorsLimitHoldsWhereItIsEnforced() {
    Map<String, String> memory =
        Map.of(
            "spark.master", "yarn",
            "spark.executor.memory", "2g",
            "spark.executor.memoryOverhead", "1500m");
    assertEquals((2048L + 1500) << 20, MemoryLimit.ofExecutor(memory).orElseThrow().bytes());
    assertEquals(
        (1024L + 384) << 20,
        MemoryLimit.ofExecutor(Map.of("spark.master", "k8s://host")).orElseThrow().bytes());
    assertEquals(
        (10240L + 1024) << 20,
        MemoryLimit.ofExecutor(Map.of("spark.master", "yarn", "spark.executor.memory", "10g"))
            .orElseThrow()
            .bytes());
    assertEquals(Optional.empty(), MemoryLimit.ofExecutor(Map.of("spark.master", "local[2]")));
    assertEquals(Optional.empty(), MemoryLimit.ofExecutor(Map.of()));
  }

  @Test
  void sizesHaveAFewDigits() {
    assertEquals("0 B", Sizes.bytes(0));
    assertEquals("999 B", Sizes.bytes(999));
    assertEquals("1.0 kB", Sizes.bytes(1000));
    assertEquals("99.9 MB", Sizes.bytes(99_900_000));
    assertEquals("538 MB", Sizes.bytes(538_060_032));
    assertEquals("1.0 GB", Sizes.bytes(999_900_000));
    assertEquals("1.5 TFLOP", Sizes.of(1.49e12, "FLOP"));
  }
}
