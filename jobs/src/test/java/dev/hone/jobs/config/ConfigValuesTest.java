package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.packing.Packing;
import dev.hone.training.distributed.BestRule;
import dev.hone.training.schedule.LrCurve;
import dev.hone.training.trainer.OnNan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values, defaults and overrides. */
@Tag("unit")
class ConfigValuesTest {
  @TempDir Path folder;

  private HoneConfig read(String yaml, String... overrides) {
    return new ConfigTexts(folder).read(yaml, overrides);
  }

  @Test
  void fillsInDefaults() {
    HoneConfig config = read(ConfigTexts.MINIMAL);
    assertEquals(512, config.data().sequenceLen());
    assertEquals(1.0, config.training().maxGradNorm());
    assertEquals(OnNan.STOP, config.training().onNan());
    assertEquals(42, config.training().seed());
    assertEquals(LrCurve.COSINE, config.training().lrScheduler());
    assertEquals(OptionalDouble.empty(), config.steps().eval());
    assertEquals(false, config.data().fileOrder());
    assertTrue(config.model().lora().isEmpty());
  }

  @Test
  void anEntryMayBeTakenInPart() {
    HoneConfig.Data data =
        read(
                ConfigTexts.MINIMAL,
                "datasets.1={path: more.jsonl, type: completion, num_samples: 20000}")
            .data();
    assertEquals(
        List.of(Optional.empty(), Optional.of(20_000)),
        data.datasets().stream().map(HoneConfig.Dataset::numSamples).toList());
  }

  @Test
  void thePackingSaysWhatBecomesOfLongRecordsUnlessAKeyDoes() {
    String on = ConfigTexts.MINIMAL + "sample_packing: true\n";
    Map.of("bfd", "drop", "bfd_split", "split_tokens", "wrapped", "whole")
        .forEach(
            (strategy, excessLength) -> {
              HoneConfig.Data data = read(on, "packing_strategy=" + strategy).data();
              assertEquals(strategy, data.packing().key());
              assertEquals(excessLength, data.excessLengthStrategy());
            });
    HoneConfig turns = read(on, "packing_strategy=wrapped", "excess_length_strategy=split");
    assertEquals("split", turns.data().excessLengthStrategy());
    assertTrue(
        turns.notices().stream().anyMatch(n -> n.startsWith("packing_strategy: wrapped cuts")));
    assertEquals(Packing.NONE, read(ConfigTexts.MINIMAL).data().packing());
    assertEquals("drop", read(ConfigTexts.MINIMAL).data().excessLengthStrategy());
  }

  @Test
  void anEntryMayHaveItsOwnStrategyForLongRecords() {
    HoneConfig.Data data =
        read(
                ConfigTexts.MINIMAL + "excess_length_strategy: error\nallow: untrained_eot\n",
                "datasets.1={path: more.jsonl, type: completion, excess_length_strategy: split}")
            .data();
    assertEquals("error", data.excessLengthStrategy());
    assertEquals(
        List.of(Optional.empty(), Optional.of("split")),
        data.datasets().stream().map(HoneConfig.Dataset::excessLengthStrategy).toList());
    assertEquals(List.of("untrained_eot"), data.allow());
  }

  @Test
  void overridesReplaceAndAppend() {
    HoneConfig config =
        read(
            ConfigTexts.MINIMAL,
            "learning_rate=3e-5",
            "datasets.0.path=other.jsonl",
            "datasets.1={path: more.jsonl, type: completion}",
            "tags.night=yes",
            "shuffle_merged_datasets=false");
    assertEquals(3e-5, config.training().learningRate());
    assertEquals(
        List.of("other", "more"),
        config.data().datasets().stream().map(HoneConfig.Dataset::name).toList());
    assertEquals("yes", config.output().tags().get("night"));
    assertTrue(config.data().fileOrder());
    assertEquals("learning_rate=3e-5", config.source().overrides().get(0));
    assertTrue(
        config.source().json().contains("\"learning_rate\":0.00003,"), config.source().json());
  }

  @Test
  void anEmptyTypeIsPretokenized() {
    for (String type : List.of(", type: ''", ", type: ")) {
      HoneConfig config = read(ConfigTexts.MINIMAL.replace(", type: alpaca", type));
      assertEquals("", config.data().datasets().get(0).type());
    }
    HoneConfig filled =
        read(ConfigTexts.MINIMAL.replace(", type: alpaca", "") + "dataset_format: sharegpt\n");
    assertEquals("sharegpt", filled.data().datasets().get(0).type());
  }

  @Test
  void theBestIsOfTheLowestLossUnlessSaid() {
    String yaml = ConfigTexts.MINIMAL + "val_set_size: 0.1\n";
    assertEquals(BestRule.LOWEST_LOSS, read(yaml).steps().best());
    assertEquals(
        new BestRule("mean_token_accuracy", true, true, true),
        read(
                yaml,
                "metric_for_best_model=eval_mean_token_accuracy",
                "load_best_model_at_end=true",
                "eval_steps=5",
                "save_steps=10")
            .steps()
            .best());
    assertEquals(
        new BestRule("perplexity", false, true, false),
        read(yaml, "metric_for_best_model=perplexity").steps().best());
    assertEquals(
        new BestRule("eval_loss", false, false, false, 3, 0.01),
        read(yaml, "eval_steps=5", "early_stopping_patience=3", "early_stopping_threshold=0.01")
            .steps()
            .best());
    String rewards = yaml + "reward_model: true\n";
    for (String name : List.of("eval_auc", "auc")) {
      assertEquals(
          new BestRule("eval_auc", true, true, false),
          read(rewards, "metric_for_best_model=" + name).steps().best());
    }
    assertEquals(
        new BestRule("eval_accuracy", true, true, false),
        read(rewards, "metric_for_best_model=accuracy").steps().best());
  }

  @Test
  void countsByEpochAreAPartOfAllSteps() {
    String yaml = ConfigTexts.MINIMAL + "val_set_size: 0.1\nnum_epochs: 2\n";
    assertEquals(OptionalDouble.of(0.125), read(yaml, "evals_per_epoch=4").steps().eval());
    assertEquals(OptionalDouble.of(0.5), read(yaml, "eval_strategy=epoch").steps().eval());
    assertEquals(OptionalDouble.of(7), read(yaml, "eval_steps=7").steps().eval());
    assertEquals(OptionalDouble.empty(), read(yaml, "eval_strategy=no").steps().eval());
    assertEquals(
        OptionalDouble.empty(), read(yaml, "saves_per_epoch=1", "num_epochs=1").steps().save());
  }

  @Test
  void mapsOlderFieldNames() {
    HoneConfig config =
        read(
            ConfigTexts.MINIMAL.replace(
                "type: alpaca",
                "type: chat_template, message_field_role: who, field_messages: turns"));
    var fields = config.data().datasets().get(0).options();
    assertEquals("who", fields.get("message_property_mappings.role"));
    assertEquals("content", fields.get("message_property_mappings.content"));
    assertEquals("turns", fields.get("field_messages"));
  }

  @Test
  void entriesGetNamesOfTheirOwn() {
    HoneConfig config =
        read(
            """
            base_model: m
            learning_rate: 1
            datasets:
              - {path: a/rows.jsonl, type: alpaca}
              - {path: "s3a://b/rows.json.gz", type: alpaca}
              - {path: SELECT * FROM t, type: alpaca}
              - {path: folder/, type: alpaca}
            """);
    assertEquals(
        List.of("rows", "rows-2", "query", "folder"),
        config.data().datasets().stream().map(HoneConfig.Dataset::name).toList());
  }

  @Test
  void questionsAreReadWithOrWithoutAType() {
    HoneConfig config =
        read(
            ConfigTexts.MINIMAL
                + """
                exact_match_datasets:
                  - {path: a.jsonl, field_prompt: ask, max_new_tokens: 9}
                  - {path: b.jsonl, type: sharegpt, field_messages: turns}
                """);
    HoneConfig.Questions plain = config.data().evaluation().questions().get(0);
    assertEquals("alpaca", plain.source().type());
    assertEquals(
        Map.of(
            "field_instruction", "ask",
            "field_input", "",
            "field_output", "answer",
            "field_system", "system"),
        plain.source().options());
    assertEquals(9, plain.maxNewTokens());
    HoneConfig.Questions typed = config.data().evaluation().questions().get(1);
    assertEquals("turns", typed.source().options().get("field_messages"));
    assertEquals(128, typed.maxNewTokens());
  }

  @Test
  void anAdapterAloneBringsItsSettings() {
    String yaml = ConfigTexts.MINIMAL + "adapter: lora\nlora_model_dir: old\n";
    assertTrue(read(yaml).model().lora().orElseThrow().settings().isEmpty());
    assertEquals(
        LoraSettings.of(8, 4, 0, List.of()),
        read(yaml, "lora_alpha=4").model().lora().orElseThrow().settings().orElseThrow());
  }
}
