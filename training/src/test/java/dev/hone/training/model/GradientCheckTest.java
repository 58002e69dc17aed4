package dev.hone.training.model;

import static dev.hone.training.model.GradientChecks.agrees;
import static dev.hone.training.model.GradientChecks.lora;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.ReferenceKernels;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.objective.BradleyTerry;
import dev.hone.training.objective.Divergence;
import dev.hone.training.objective.KtoLoss;
import dev.hone.training.objective.KtoObjective;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.PairObjective;
import dev.hone.training.objective.PairSettings;
import dev.hone.training.objective.RewardObjective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Hand-written gradients against central differences in double, as DL4J's own check computes them.
 */
@Tag("parity")
@ExtendWith(GradientChecks.class)
class GradientCheckTest {
  /** TRL's 0.05 bends the loss within the step of a central difference. */
  private static final double DISCOPOP_TAU = 0.5;

  private static final Consumer<ObjectNode> GEMMA =
      json ->
          json.put("hidden_activation", "gelu_pytorch_tanh")
              .put("query_pre_attn_scalar", 3)
              .put("sliding_window", 3)
              .put("attn_logit_softcapping", 1.5)
              .put("final_logit_softcapping", 2.5);

  private static final Consumer<ObjectNode> HALF_TURNED =
      json -> json.put("partial_rotary_factor", 0.5).put("sliding_window", 4);

  @TempDir Path dir;

  @Test
  void allWeightsWithBiasesAndTiedHead() throws IOException {
    check(load(TinyModel.write(dir, "qwen2", true), Optional.empty()));
  }

  @Test
  void allWeightsWithHeadNormsAndOwnHead() throws IOException {
    check(load(TinyModel.write(dir, "qwen3", false), Optional.empty()));
  }

  /** A window on the first layer; norms around each half, of 1 + weight; GELU; both caps. */
  @Test
  void allWeightsOfGemma2() throws IOException {
    check(load(TinyModel.write(dir, "gemma2", true, GEMMA), Optional.empty()));
  }

  /** The same without the cap of scores, with head norms and a RoPE for each kind of layer. */
  @Test
  void allWeightsOfGemma3() throws IOException {
    check(
        load(
            TinyModel.write(
                dir,
                "gemma3_text",
                true,
                GEMMA.andThen(
                    json ->
                        json.put("sliding_window_pattern", 2).remove("attn_logit_softcapping"))),
            Optional.empty()));
  }

  /** Norms behind each half, and of q and k as wholes. */
  @Test
  void allWeightsOfOlmo2() throws IOException {
    check(load(TinyModel.write(dir, "olmo2", false), Optional.empty()));
  }

  @Test
  void allWeightsOfGraniteWithItsFactorsAndBiases() throws IOException {
    check(
        load(
            TinyModel.write(
                dir,
                "granite",
                true,
                json ->
                    json.put("embedding_multiplier", 3)
                        .put("attention_multiplier", 0.3)
                        .put("residual_multiplier", 0.4)
                        .put("logits_scaling", 2)
                        .put("attention_bias", true)
                        .put("mlp_bias", true)),
            Optional.empty()));
  }

  /** Joined projections, half of each head turned. */
  @Test
  void allWeightsOfPhi3() throws IOException {
    check(load(TinyModel.write(dir, "phi3", false, HALF_TURNED), Optional.empty()));
  }

  @Test
  void adaptersOnJoinedProjections() throws IOException {
    check(load(TinyModel.write(dir, "phi3", false, HALF_TURNED), Optional.of(lora(List.of()))));
  }

  /**
   * A factor without gradient, as dynamic fine-tuning has, is no matter for central differences.
   */
  @Test
  void smoothedLabelsAndTheLogOfTheDenominator() throws IOException {
    CausalLm model = load(TinyModel.write(dir, "llama", false), Optional.empty());
    model.bind(TinyModel.row(1, 6, 4, 5), 0.1, new TokenLoss(0.2, 0.05, false));
    assertTrue(agrees(model));
  }

  /** A layer without RoPE. */
  @Test
  void allWeightsOfSmolLm3() throws IOException {
    check(
        load(
            TinyModel.write(
                dir, "smollm3", true, json -> json.putArray("no_rope_layers").add(1).add(0)),
            Optional.empty()));
  }

  @Test
  void adaptersOnAllLinearLayersWithDropout() throws IOException {
    check(load(TinyModel.write(dir, "llama", true), Optional.of(lora(List.of()))));
  }

  @Test
  void adaptersAboveFrozenLayers() throws IOException {
    List<String> targets = List.of("model.layers.1.self_attn.v_proj", "model.layers.1.mlp.up_proj");
    check(load(TinyModel.write(dir, "llama", true), Optional.of(lora(targets))));
  }

  /**
   * The gradient takes the norms for constants. So do the differences here: the norms are those of
   * the batch's first pass, as nothing says that the weights have changed since.
   */
  @Test
  void lengthsOfRowsWithDropout() throws IOException {
    LoraSettings plain = lora(List.of()).settings();
    LoraSettings dora =
        new LoraSettings(
            plain.ranks(), plain.dropout(), plain.targets(), plain.init(), true, TrainedParts.NONE);
    CausalLm model =
        load(
            TinyModel.write(dir, "qwen2", true), Optional.of(new LoraSpec(dora, Optional.empty())));
    check(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"olora", "pissa"})
  void branchesThatBeganAsPartsOfTheirWeights(String init) throws IOException {
    LoraSettings plain = lora(List.of()).settings();
    LoraSettings started =
        new LoraSettings(
            plain.ranks(),
            plain.dropout(),
            plain.targets(),
            LoraInit.named(init).orElseThrow(),
            false,
            TrainedParts.NONE);
    check(
        load(
            TinyModel.write(dir, "llama", true),
            Optional.of(new LoraSpec(started, Optional.empty()))));
  }

  @Test
  void everyLossOverPairs() throws IOException {
    // How the gradient goes on below the head is checked above; two adapters show that it begins
    // right.
    List<String> targets = List.of("model.layers.0.self_attn.v_proj", "model.layers.1.mlp.up_proj");
    CausalLm model = load(TinyModel.write(dir, "llama", true), Optional.of(lora(targets)));
    PackedRow pairs =
        TinyModel.pairs(3, 5, 4, 2, 3)
            .withAnswers(
                new Answers(new boolean[] {true, false, true, false})
                    .withReference(new double[] {-11, -9, -5, -8}));
    for (PairLossType type : PairLossType.values()) {
      double nllWeight = type == PairLossType.ORPO ? 0.7 : 0;
      PairSettings settings =
          new PairSettings(
              type.with(
                  new PairLossType.Settings(0.1, 0.1, Divergence.reverseKl(), DISCOPOP_TAU, 0.5)),
              0.1,
              type.needsReference(),
              !type.needsReference(),
              nllWeight,
              true,
              OptionalDouble.of(0.5));
      check(type.key(), model, new PairObjective(model, settings).pass(pairs));
    }
  }

  @Test
  void labelledAnswers() throws IOException {
    List<String> targets = List.of("model.layers.0.self_attn.v_proj", "model.layers.1.mlp.up_proj");
    CausalLm model = load(TinyModel.write(dir, "llama", true), Optional.of(lora(targets)));
    PackedRow answers =
        TinyModel.pairs(3, 5, 4, 2)
            .withAnswers(
                new Answers(new boolean[] {true, false, true})
                    .withReference(new double[] {-11, -9, -5}));
    KtoObjective objective =
        new KtoObjective(model, new KtoLoss(0.3, 1.2, 0.7), 32, Optional.empty());
    check("kto", model, objective.pass(answers, 1.5));
  }

  /** Below a cap of the logits; by a few tokens, but for one by the whole vocabulary. */
  @Test
  void aTeachersWord() throws IOException {
    List<String> targets = List.of("model.layers.1.mlp.up_proj");
    CausalLm model = load(TinyModel.write(dir, "gemma2", true, GEMMA), Optional.of(lora(targets)));
    CausalLm teacher =
        load(TinyModel.write(dir.resolve("teacher"), "llama", true), Optional.empty());
    PackedRow row = TinyModel.row(1, 6, 4, 5);
    for (DistillationLoss.Divergence way : DistillationLoss.Divergence.values()) {
      int k = way == DistillationLoss.Divergence.REVERSE ? TinyModel.VOCABULARY : 3;
      model.zeroGradients();
      model.bind(
          row.withTeaching(teacher.teach(row, k)),
          0.1,
          new DistillationLoss(way, 2, 0.3, 0.9, 0.1));
      assertTrue(agrees(model), way + " of " + k);
    }
  }

  /** Three pairs, of which some end with padding: more than one piece of documents. */
  @Test
  void rewardsOfAllWeights() throws IOException {
    checkRewards(TinyModel.write(dir, "llama", false), Optional.empty());
  }

  @Test
  void rewardsOfAdaptersAndTheirScore() throws IOException {
    LoraSettings settings = lora(List.of()).settings().forTask(Task.SEQ_CLS);
    checkRewards(
        TinyModel.write(dir, "gemma2", true, GEMMA),
        Optional.of(new LoraSpec(settings, Optional.empty())));
  }

  private static void checkRewards(ModelDirectory base, Optional<LoraSpec> lora) {
    CausalLm model = load(ScoreStart.on(base.forTask(Task.SEQ_CLS), 1), lora);
    PackedRow pairs = TinyModel.pairs(3, 5, 4, 2, 3, 1, 2);
    PackedRow margins =
        pairs.withAnswers(pairs.answers().orElseThrow().withMargins(0.5f, 0.5f, -1, -1, 0, 0));
    RewardModel rewards = new RewardModel(model);
    model.zeroGradients();
    rewards.bind(margins, new RewardObjective(rewards, new BradleyTerry(0.3)).rule(margins));
    assertTrue(agrees(model));
  }

  private static void check(String name, CausalLm model, PairObjective.Pass pass) {
    model.zeroGradients();
    model.bind(pass.targets(), pass.rule());
    assertTrue(agrees(model), name);
  }

  private static void check(CausalLm model) {
    model.bind(TinyModel.row(1, 6, 4, 5), 0.1, TokenLoss.NLL);
    assertTrue(agrees(model));
  }

  private static CausalLm load(ModelDirectory base, Optional<LoraSpec> lora) {
    return GradientChecks.load(base, lora, new ReferenceKernels(DataType.DOUBLE));
  }
}
