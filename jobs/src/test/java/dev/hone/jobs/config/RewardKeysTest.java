package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.packing.Packing;
import dev.hone.training.objective.Reward;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class RewardKeysTest {
  private static final String ON = ConfigTexts.MINIMAL + "reward_model: true\n";

  @TempDir private Path folder;

  private HoneConfig read(String yaml) {
    return new ConfigTexts(folder).read(yaml);
  }

  @Test
  void pairsAreLearnedFrom() {
    assertEquals(new Reward(0), read(ON).training().objective());
    assertEquals(
        new Reward(0.01), read(ON + "center_rewards_coefficient: 0.01\n").training().objective());
    assertEquals(Packing.PAIR, read(ON).data().packing());
    assertEquals(Packing.PAIRS, read(ON + "sample_packing: true\n").data().packing());
    assertEquals(List.of(), read(ON).notices());
  }

  @Test
  void oneThingIsLearned() {
    assertEquals(
        List.of(
            "config.yaml:5: reward_model: true together with rl (config.yaml:6), which trains a"
                + " model that writes; keep one of the two"),
        new ConfigTexts(folder).problems(ON + "rl: dpo\n"));
    assertEquals(
        List.of(
            "config.yaml:7: packing_strategy: wrapped takes documents apart, and reward_model"
                + " learns from whole answers; use bfd"),
        new ConfigTexts(folder).problems(ON + "sample_packing: true\npacking_strategy: wrapped\n"));
  }

  @Test
  void whatHasNoEffectIsSaid() {
    HoneConfig config =
        read(
            ON
                + """
                neftune_noise_alpha: 5
                rl_beta: 0.2
                adapter: lora
                lora_dropout: 0.1
                exact_match_datasets: [{path: rows.jsonl}]
                """);
    assertEquals(
        List.of(
            "rl_beta: no effect without rl; it is for rl: cpo, dpo, ipo, kto, orpo, simpo",
            "neftune_noise_alpha: no effect with reward_model; it is for supervised fine-tuning",
            "exact_match_datasets: not asked with reward_model, as such a model writes no answers",
            "lora_dropout: does not act with reward_model, as in TRL"),
        config.notices());
    assertTrue(config.data().evaluation().isEmpty());
    assertEquals(
        List.of("center_rewards_coefficient: no effect without reward_model: true"),
        read(ConfigTexts.MINIMAL + "center_rewards_coefficient: 0.01\n").notices());
  }
}
