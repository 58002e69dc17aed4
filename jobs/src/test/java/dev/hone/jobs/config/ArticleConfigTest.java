package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.peft.LoraSettings;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The YAML that an Axolotl user has, with another base_model, validates. */
@Tag("unit")
class ArticleConfigTest {

  @Test
  void readsAxolotlsLegacyConfiguration() throws URISyntaxException {
    Path file = Path.of(ArticleConfigTest.class.getResource("article.yaml").toURI());
    HoneConfig config = HoneConfig.read(file, List.of(), Map.of());

    assertEquals(
        Optional.of(
            new HoneConfig.Lora(
                Optional.of(LoraSettings.of(32, 64, 0.05, List.of())), Optional.empty())),
        config.model().lora());
    HoneConfig.Dataset dataset = config.data().datasets().get(0);
    assertEquals("sharegpt", dataset.type());
    assertEquals("chatml", dataset.chatTemplate().template());
    assertEquals("conversations", dataset.name());
    assertEquals(2e-4, config.training().learningRate());
    assertEquals(OptionalInt.of(100), config.training().warmupSteps());
    assertEquals("./model-out", config.output().outputDir());
    assertEquals(
        List.of(
            "accepted without effect here: model_type, tokenizer_type (the model's own config.json"
                + " and tokenizer files decide); pad_to_sequence_len (preparation is a Spark job with its own"
                + " caching); flash_attention, tf32 (hone chooses its own"
                + " kernels and memory layout)",
            "wandb: an offline run is written, and wandb sync sends it; see docs/tracking.md"),
        config.notices());
    assertEquals(Set.of("wandb"), config.tracking().to());
  }

  @Test
  void readsThreeFormatsAtOnce(@TempDir Path folder) {
    HoneConfig config =
        new ConfigTexts(folder)
            .read(
                """
                base_model: /models/base
                learning_rate: 2e-5
                datasets:
                  - path: /data/sharegpt_conversations.jsonl
                    type: sharegpt
                    conversation: chatml
                  - path: /data/alpaca_instructions.jsonl
                    type: alpaca
                  - path: /data/completions.jsonl
                    type: completion
                    field_instruction: prompt
                    field_output: response
                """);
    List<HoneConfig.Dataset> datasets = config.data().datasets();
    assertEquals(
        List.of("chatml", "alpaca", "tokenizer_default"),
        datasets.stream().map(entry -> entry.chatTemplate().template()).toList());
    assertEquals("prompt", datasets.get(2).options().get("field_instruction"));
    assertEquals("response", datasets.get(2).options().get("field_output"));
    assertEquals(List.of(), config.notices());
  }
}
