package dev.hone.jobs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.packing.Packing;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.objective.DivergenceType;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
import dev.hone.training.objective.Reward;
import dev.hone.training.objective.Supervised;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class PreferenceKeysTest {
  private static final String HEAD =
      """
      base_model: /no/such/model
      learning_rate: 1e-4
      datasets: [{path: pairs.jsonl, type: chat_template.default}]
      """;

  @TempDir private Path folder;

  private HoneConfig read(String yaml) {
    return new ConfigTexts(folder).read(HEAD + yaml);
  }

  private Preferences preferences(String yaml) {
    return assertInstanceOf(Preferences.class, read(yaml).training().objective());
  }

  private String problems(String yaml) {
    return assertThrows(ConfigException.class, () -> read(yaml)).getMessage();
  }

  @Test
  void supervisedTrainingMinimisesWhatItIsTold() {
    assertEquals(
        new Supervised(new TokenLoss(0.1, 0.001, true), 5),
        read("""
                loss_type: dft
                label_smoothing_factor: 0.1
                z_loss_multiplier: 0.001
                neftune_noise_alpha: 5
                """)
            .training()
            .objective());
    assertEquals(
        List.of("loss_type: no effect with rl; it is for supervised fine-tuning"),
        read("rl: dpo\nloss_type: dft\n").notices());
  }

  @Test
  void withoutRlTrainingIsSupervised() {
    assertEquals(Supervised.PLAIN, read("").training().objective());
    assertEquals(
        List.of("rl_beta: no effect without rl; it is for rl: cpo, dpo, ipo, kto, orpo, simpo"),
        read("rl_beta: 0.2\n").notices());
  }

  @Test
  void eachKindHasItsLoss() {
    assertEquals(Preferences.of(PairLossType.SIGMOID, 0.1), withAlpha(preferences("rl: dpo\n")));
    assertEquals(
        Preferences.of(PairLossType.IPO, 0.3), withAlpha(preferences("rl: ipo\nrl_beta: 0.3\n")));
    Preferences orpo = preferences("rl: orpo\norpo_alpha: 0.2\n");
    assertEquals(0.2, orpo.beta());
    assertEquals(1, orpo.nllWeight());
    assertEquals(false, orpo.settings().reference());
    Preferences simpo = preferences("rl: simpo\nrl_beta: 2\nsimpo_gamma: 1\n");
    assertEquals(1, simpo.simPoGamma());
    assertEquals(0, simpo.nllWeight(), "the paper's SimPO, not CPO-SimPO");
    assertEquals(0.5, preferences("rl: simpo\ncpo_alpha: 0.5\n").nllWeight());
    Preferences cpo = preferences("rl: cpo\ndpo_label_smoothing: 0.1\n");
    assertEquals(PairLossType.CPO, cpo.losses().get(0).type());
    assertEquals(1, cpo.nllWeight(), "the likelihood belongs to it");
    assertEquals(0.1, cpo.labelSmoothing());
    assertEquals(false, cpo.settings().reference());
    assertEquals(0.2, preferences("rl: cpo\ncpo_alpha: 0.2\n").nllWeight());
  }

  @Test
  void lossesAreAddedUp() {
    Preferences mpo =
        preferences(
            "rl: dpo\ndpo_loss_type: [sigmoid, bco_pair, sft]\ndpo_loss_weights: [0.8, 0.2, 1]\nrpo_alpha: 0.5\n");
    assertEquals(
        List.of(
            new Preferences.Part(PairLossType.SIGMOID, 0.8),
            new Preferences.Part(PairLossType.BCO_PAIR, 0.2)),
        mpo.losses());
    assertEquals(1.5, mpo.nllWeight());
    Preferences other =
        preferences(
            "rl: dpo\ndpo_loss_type: exo_pair\nf_divergence_type: alpha_divergence\nld_alpha: 0.5\n");
    assertEquals(1e-3, other.labelSmoothing());
    assertEquals(DivergenceType.ALPHA_DIVERGENCE, other.divergence());
    assertEquals(0.5, other.settings().ldAlpha().orElseThrow());
  }

  @Test
  void packingKeepsPairsTogether() {
    assertEquals(Packing.PAIR, read("rl: dpo\n").data().packing());
    assertEquals(Packing.PAIRS, read("rl: dpo\nsample_packing: true\n").data().packing());
  }

  @Test
  void allProblemsAreNamedTogether() {
    String problems =
        problems(
            """
            rl: dpo
            dpo_loss_type: [nca_pair, exo_pair]
            dpo_loss_weights: [1]
            dpo_label_smoothing: 0
            f_divergence_type: forward_kl
            sample_packing: true
            packing_strategy: wrapped
            excess_length_strategy: split
            orpo_alpha: 1
            rl_beta: 1
            """);
    for (String part :
        List.of(
            "dpo_loss_weights: 1 numbers for the 2 losses",
            "dpo_label_smoothing: exo_pair needs more than 0",
            "f_divergence_type: forward_kl is defined for sigmoid",
            "not for nca_pair",
            "packing_strategy: wrapped takes documents apart",
            "excess_length_strategy: split takes documents apart",
            "orpo_alpha: says the same as rl_beta")) {
      assertTrue(problems.contains(part), () -> part + " in " + problems);
    }
    assertTrue(problems("rl: dpo\ndpo_loss_type: sft\n").contains("compares nothing"));
  }

  @Test
  void labelledAnswersAreLearnedFrom() {
    String many = "rl: kto\nmicro_batch_size: 2\n";
    HoneConfig plain = read(many);
    assertEquals(new Kto(0.1, 1, 1, true), plain.training().objective());
    assertEquals(Packing.ANSWER, plain.data().packing());
    assertEquals(
        new Kto(0.3, 1.5, 0, false),
        read("rl: kto\nrl_beta: 0.3\nkto_desirable_weight: 1.5\nkto_undesirable_weight: 0\nkto_loss_type: apo_zero_unpaired\n")
            .training()
            .objective());
    assertEquals(Packing.ANSWERS, read("rl: kto\nsample_packing: true\n").data().packing());
    assertEquals(
        List.of("dpo_loss_type: no effect with rl: kto; it is for rl: dpo"),
        read(many + "dpo_loss_type: hinge\n").notices());
    assertEquals(
        List.of("kto_desirable_weight: no effect with rl: dpo; it is for rl: kto"),
        read("rl: dpo\nkto_desirable_weight: 2\n").notices());
    assertTrue(problems("rl: kto\n").contains("micro_batch_size: 1 together with"));
    assertTrue(
        problems(many + "excess_length_strategy: split\n").contains("learns from whole answers"));
  }

  @Test
  void theExamplesAreRight() {
    assertEquals(new Kto(0.1, 1, 1, true), example("kto").training().objective());
    assertEquals(new Reward(0.01), example("reward").training().objective());
    Preferences dpo = assertInstanceOf(Preferences.class, example("dpo").training().objective());
    assertEquals(List.of(new Preferences.Part(PairLossType.SIGMOID, 1)), dpo.losses());
    assertEquals(1, dpo.nllWeight());
  }

  private static HoneConfig example(String name) {
    Path file = Path.of(System.getProperty("hone.repository"), "examples", name + ".yaml");
    HoneConfig config = HoneConfig.read(file, List.of(), Map.of());
    assertEquals(List.of(), config.notices());
    return config;
  }

  @Test
  void keysOfAnotherKindHaveNoEffect() {
    assertEquals(
        List.of(
            "cpo_alpha: no effect with rl: dpo; it is for rl: cpo, simpo",
            "lora_dropout: does not act with rl, as the model and its reference would differ before the first step"),
        read("rl: dpo\ncpo_alpha: 1\nadapter: lora\nlora_dropout: 0.1\n").notices());
  }

  @Test
  void aReferenceModelIsAskedByItselfIfTheFileSaysSo() {
    assertEquals(Optional.empty(), reference("rl: dpo\n"));
    assertEquals(
        Optional.of(new HoneConfig.Reference(Optional.empty(), true)),
        reference("rl: ipo\nprecompute_ref_log_probs: true\n"));
    assertEquals(
        Optional.of(new HoneConfig.Reference(Optional.of("/models/ref"), false)),
        reference("rl: kto\nref_model: /models/ref\nmicro_batch_size: 2\n"));
    HoneConfig orpo = read("rl: orpo\nref_model: /models/ref\n");
    assertEquals(Optional.empty(), orpo.training().reference());
    assertEquals(
        List.of("ref_model: no effect with rl: orpo; it is for rl: dpo, ipo, kto"), orpo.notices());
    assertEquals(
        List.of("precompute_ref_log_probs: no effect with rl: kto; it is for rl: dpo, ipo"),
        read("rl: kto\nprecompute_ref_log_probs: true\nmicro_batch_size: 2\n").notices());
  }

  private Optional<HoneConfig.Reference> reference(String yaml) {
    return read(yaml).training().reference();
  }

  /** The alpha that no divergence but one reads. */
  private static Preferences withAlpha(Preferences read) {
    return new Preferences(
        read.losses(),
        read.beta(),
        read.labelSmoothing(),
        read.divergence(),
        1,
        read.simPoGamma(),
        read.nllWeight(),
        read.ldAlpha());
  }
}
