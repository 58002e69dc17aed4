package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hone.formats.model.peft.LoraBias;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraRanks;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.LoraTargets;
import dev.hone.formats.model.peft.ModuleNames;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.model.Unfrozen;
import dev.hone.training.optimizer.LearningRates;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class LoraKeysTest {
  @TempDir private Path folder;

  @Test
  void everyKeyHolds() {
    HoneConfig config =
        read(
            """
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            peft_use_rslora: true
            lora_rank_pattern: {down_proj: 4}
            lora_alpha_pattern: {'layers.0.*': 8}
            lora_target_modules: [q_proj, down_proj]
            lora_exclude_modules: '.*[.]1[.].*'
            peft_layers_to_transform: [0, 1]
            peft_layers_pattern: layers
            peft_init_lora_weights: gaussian
            peft_use_dora: true
            lora_modules_to_save: [embed_tokens, lm_head]
            peft_bias: lora_only
            loraplus_lr_ratio: 16
            loraplus_lr_embedding: 1e-6
            """);
    assertEquals(
        new LoraSettings(
            new LoraRanks(16, 32, Map.of("down_proj", 4), Map.of("layers.0.*", 8.0), true),
            0,
            new LoraTargets(
                ModuleNames.of(List.of("q_proj", "down_proj")),
                ModuleNames.matching(".*[.]1[.].*"),
                List.of(0, 1),
                List.of("layers")),
            LoraInit.GAUSSIAN,
            true,
            new TrainedParts(LoraBias.LORA_ONLY, List.of("embed_tokens", "lm_head"))),
        config.model().lora().orElseThrow().settings().orElseThrow());
    assertEquals(LearningRates.loraPlus(16), config.training().learningRates());
  }

  /** PEFT reads a text as a pattern and a list as names; a name alone is both. */
  @Test
  void aTextThatIsNoNameIsAPattern() {
    assertEquals(ModuleNames.matching(".*(q|v)_proj"), targets("'.*(q|v)_proj'"));
    assertEquals(ModuleNames.of(List.of("q_proj")), targets("q_proj"));
    assertEquals(ModuleNames.of(List.of(".*(q|v)_proj")), targets("['.*(q|v)_proj']"));
    assertEquals(ModuleNames.NONE, targets("all-linear"));
  }

  private ModuleNames targets(String written) {
    return read("adapter: lora\nlora_target_modules: " + written + "\n")
        .model()
        .lora()
        .orElseThrow()
        .settings()
        .orElseThrow()
        .targets()
        .targets();
  }

  @Test
  void whatCannotBeIsSaid() {
    assertEquals(
        List.of(
            "config.yaml:6: lora_rank_pattern: q_proj has rank 2.5, not a whole number above 0",
            "config.yaml:7: lora_alpha_pattern: q_proj has alpha none, not a number above 0",
            "config.yaml:8: peft_layers_to_transform: 0.5 is not the whole number of a block",
            "config.yaml:8: peft_layers_to_transform: together with the pattern of"
                + " lora_target_modules (config.yaml:9), which names the layers itself; keep one of"
                + " the two"),
        problems(
            """
            adapter: lora
            lora_rank_pattern: {q_proj: 2.5}
            lora_alpha_pattern: {q_proj: none}
            peft_layers_to_transform: [0.5]
            lora_target_modules: '.*_proj'
            """));
    assertEquals(
        List.of(
            "config.yaml:6: peft_layers_pattern: says where the numbers of"
                + " peft_layers_to_transform stand; add that, or remove it",
            "config.yaml:7: peft_init_lora_weights: 'loftq' is not one of true, gaussian, olora,"
                + " pissa, pissa_niter_N"),
        problems("adapter: lora\npeft_layers_pattern: h\npeft_init_lora_weights: loftq\n"));
    assertEquals(
        List.of(
            "config.yaml:6: peft_init_lora_weights: olora together with peft_use_dora is not"
                + " supported; use one of the two"),
        problems("adapter: lora\npeft_init_lora_weights: olora\npeft_use_dora: true\n"));
    assertEquals(
        List.of(
            "config.yaml:6: peft_init_lora_weights: pissa_niter_4 together with peft_use_dora is"
                + " not supported; use one of the two"),
        problems("adapter: lora\npeft_init_lora_weights: pissa_niter_4\npeft_use_dora: true\n"));
  }

  @Test
  void branchesMayBeginAsPartsOfTheirWeights() {
    assertEquals(LoraInit.pissa(0), start("pissa"));
    assertEquals(LoraInit.pissa(16), start("pissa_niter_16"));
    assertEquals(LoraInit.OLORA, start("olora"));
    assertEquals(LoraInit.KAIMING, start("true"));
  }

  private LoraInit start(String written) {
    return read("adapter: lora\npeft_init_lora_weights: " + written + "\n")
        .model()
        .lora()
        .orElseThrow()
        .settings()
        .orElseThrow()
        .init();
  }

  @Test
  void aPartOfTheModelMayBeTrainedWhereThereIsNoAdapter() {
    String key = "unfrozen_parameters: [model.norm, 'model.layers.[0-1].mlp']\n";
    assertEquals(
        new Unfrozen(List.of("model.norm", "model.layers.[0-1].mlp")),
        read(key).model().unfrozen());
    assertEquals(
        List.of(
            "config.yaml:6: unfrozen_parameters: together with adapter (config.yaml:5), beside"
                + " which the weights are frozen; use lora_modules_to_save, or remove one of the"
                + " two"),
        problems("adapter: lora\n" + key));
    assertEquals(
        List.of(
            "config.yaml:5: unfrozen_parameters: unfrozen_parameters 'lm_head[:9]' ends with a"
                + " range of rows, which hone does not train apart; name the weight without it"),
        problems("unfrozen_parameters: 'lm_head[:9]'\n"));
  }

  @Test
  void withoutAnAdapterNothingHolds() {
    assertEquals(
        List.of(
            "peft_use_rslora, lora_rank_pattern: no effect without adapter: lora; all weights are"
                + " trained"),
        read("lora_rank_pattern: {q_proj: 2}\npeft_use_rslora: true\n").notices());
  }

  private HoneConfig read(String more) {
    return new ConfigTexts(folder).read(ConfigTexts.MINIMAL + more);
  }

  private List<String> problems(String more) {
    return new ConfigTexts(folder).problems(ConfigTexts.MINIMAL + more);
  }
}
