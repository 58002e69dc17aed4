package dev.hone.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.peft.LoraInit;
import dev.hone.formats.model.peft.LoraSettings;
import dev.hone.formats.model.peft.TrainedParts;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.optimizer.AdamW;
import dev.hone.training.optimizer.WeightDecay;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CausalLmTest {
  private static final PackedRow ROW = TinyModel.row(1, 8, 6);

  @TempDir Path dir;
  private final Kernels kernels = new CpuKernels(1);
  private ModelDirectory base;

  @BeforeEach
  void writeModel() throws IOException {
    base = TinyModel.write(dir.resolve("base"), "qwen2", true);
  }

  private CausalLm load(ModelDirectory directory, Optional<LoraSpec> lora) {
    return CausalLm.load(directory, lora, kernels, 16, 1);
  }

  private static LoraSpec lora(double dropout, Optional<Path> from) {
    return new LoraSpec(2, 4, dropout, List.of("q_proj", "down_proj"), from);
  }

  private void train(CausalLm model) {
    AdamW optimizer =
        new AdamW(model.parameters(), kernels, 0.9, 0.999, 1e-8, new WeightDecay(0, false));
    for (int step = 0; step < 3; step++) {
      model.zeroGradients();
      model.forwardBackward(ROW, 1 / ROW.weightSum());
      optimizer.step(0.01, 1);
    }
  }

  @Test
  void aSavedModelOpensAsItWas() {
    CausalLm model = load(base, Optional.empty());
    double before = model.evaluate(ROW).mean();
    train(model);
    assertTrue(model.evaluate(ROW).mean() < before);
    model.save(dir.resolve("saved"));
    CausalLm again = load(ModelDirectory.open(dir.resolve("saved")), Optional.empty());
    assertArrayEquals(model.logits(ROW, 5), again.logits(ROW, 5));
    assertEquals(model.evaluate(ROW), again.evaluate(ROW));
  }

  @Test
  void aSavedAdapterContinuesAsItWas() {
    CausalLm plain = load(base, Optional.empty());
    CausalLm model = load(base, Optional.of(lora(0, Optional.empty())));
    assertEquals(8, model.parameters().size(), "A and B of two modules in two blocks");
    assertEquals(
        "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
        model.parameters().get(0).name());
    assertArrayEquals(plain.logits(ROW, 5), model.logits(ROW, 5), "B is zero at first");
    train(model);
    model.save(dir.resolve("adapter"));
    CausalLm again = load(base, Optional.of(lora(0, Optional.of(dir.resolve("adapter")))));
    assertEquals(model.evaluate(ROW), again.evaluate(ROW));
    assertTrue(again.evaluate(ROW).mean() < plain.evaluate(ROW).mean());
  }

  @Test
  void anAdapterOfOtherSettingsIsRefused() {
    load(base, Optional.of(lora(0, Optional.empty()))).save(dir.resolve("adapter"));
    LoraSpec other = new LoraSpec(4, 4, 0, List.of("q_proj"), Optional.of(dir.resolve("adapter")));
    HoneException e = assertThrows(HoneException.class, () -> load(base, Optional.of(other)));
    assertTrue(e.getMessage().contains("q_proj is 2 there and 4 here"), e.getMessage());
    assertTrue(e.getMessage().contains("4 modules and the settings 2"), e.getMessage());
  }

  @Test
  void aBranchThatBeginsInItsWeightFitsIntoIt() {
    for (LoraInit init : List.of(LoraInit.OLORA, LoraInit.pissa(0), LoraInit.pissa(4))) {
      LoraSettings plain = LoraSettings.of(9, 8, 0, List.of("up_proj"));
      LoraSettings settings =
          new LoraSettings(plain.ranks(), 0, plain.targets(), init, false, TrainedParts.NONE);
      LoraSpec spec = new LoraSpec(settings, Optional.empty());
      HoneException e = assertThrows(HoneException.class, () -> load(base, Optional.of(spec)));
      assertTrue(
          e.getMessage()
              .startsWith("r of model.layers.0.mlp.up_proj is 9, but a weight [12, 8] has 8"),
          e.getMessage());
    }
  }

  @Test
  void aGaussianStartSpreadsByTheRankAlone() {
    LoraSettings plain = LoraSettings.of(4, 8, 0, List.of());
    LoraSettings gaussian =
        new LoraSettings(
            plain.ranks(), 0, plain.targets(), LoraInit.GAUSSIAN, false, TrainedParts.NONE);
    CausalLm model = load(base, Optional.of(new LoraSpec(gaussian, Optional.empty())));
    double squares = 0;
    long count = 0;
    for (Parameter parameter : model.parameters()) {
      if (parameter.name().endsWith("lora_A.weight")) {
        squares += kernels.sumOfSquares(parameter.value());
        count += parameter.value().length();
      } else {
        assertEquals(0, kernels.sumOfSquares(parameter.value()));
      }
    }
    assertEquals(1.0 / 4, Math.sqrt(squares / count), 0.02);
  }

  @Test
  void dropoutDependsOnItsSeedAloneAndOnlyInTraining() {
    CausalLm model = load(base, Optional.of(lora(0.5, Optional.empty())));
    train(model);
    model.setDropoutSeed(1);
    double one = model.forwardBackward(ROW, 1).sum();
    model.setDropoutSeed(2);
    assertNotEquals(one, model.forwardBackward(ROW, 1).sum());
    double evaluated = model.evaluate(ROW).sum();
    model.setDropoutSeed(1);
    assertEquals(one, model.forwardBackward(ROW, 1).sum());
    assertEquals(evaluated, model.evaluate(ROW).sum());
    assertNotEquals(evaluated, one);
  }

  /** By the logits of the token before each target, one position at a time. */
  @Test
  void aTeacherNamesTheLikeliestTokensOfEachTarget() {
    CausalLm model = load(base, Optional.empty());
    Teaching said = model.teach(ROW, 3);
    int target = 0;
    for (int t = 0; t < ROW.length(); t++) {
      if (ROW.lossWeights()[t] == 0) {
        continue;
      }
      float[] logits = model.logits(ROW, t - 1);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      float[] sorted = logits.clone();
      Arrays.sort(sorted);
      for (int j = 0; j < 3; j++) {
        int at = 3 * target + j;
        assertEquals(sorted[sorted.length - 1 - j], logits[said.ids()[at]]);
        assertEquals(logits[said.ids()[at]] - Math.log(sum), said.logps()[at], 1e-5);
      }
      target++;
    }
    assertEquals(target, said.targets());
    assertEquals(
        "kd_top_k is 14, but the teacher %s has a vocabulary of 13 tokens; set kd_top_k to that or less"
            .formatted(base.name()),
        assertThrows(HoneException.class, () -> model.teach(ROW, 14)).getMessage());
  }

  @Test
  void aRowWithoutTargetsHasNoLossAndNoGradient() {
    CausalLm model = load(base, Optional.empty());
    model.forwardBackward(ROW, 1);
    List<Parameter> parameters = model.parameters();
    model.zeroGradients();
    PackedRow row = new PackedRow(new int[] {1, 2, 3}, new float[3], new int[] {0});
    assertEquals(LossSum.ZERO, model.forwardBackward(row, 1));
    assertEquals(LossSum.ZERO, model.evaluate(row));
    parameters.forEach(
        parameter -> assertEquals(0, kernels.sumOfSquares(parameter.gradient()), parameter.name()));
  }

  @Test
  void forgottenGradientsLeaveNoTrace() {
    CausalLm model = load(base, Optional.empty());
    model.forwardBackward(ROW, 1);
    double once = kernels.sumOfSquares(model.gradients());
    kernels.scale(model.gradients(), Double.NaN);
    model.zeroGradients();
    model.forwardBackward(ROW, 1);
    assertEquals(once, kernels.sumOfSquares(model.gradients()), 1e-9 * once);
    model.forwardBackward(ROW, 1);
    assertEquals(4 * once, kernels.sumOfSquares(model.gradients()), 1e-5 * once, "the sum of two");
    kernels.scale(model.gradients(), Double.NaN);
    model.zeroGradients();
    assertEquals(0, kernels.sumOfSquares(model.gradients()));
  }

  @Test
  void aMeasuredLossThatIsNotFiniteNamesTheCure() {
    CausalLm model = load(base, Optional.empty());
    FloatBuffer poison = FloatBuffer.wrap(new float[] {Float.NaN});
    kernels.write(poison, model.parameters().get(2).value(), 0);
    HoneException e = assertThrows(HoneException.class, () -> model.evaluate(ROW));
    assertTrue(e.getMessage().contains("lower learning_rate"), e.getMessage());
    double trained = model.forwardBackward(ROW, 1).sum();
    assertFalse(Double.isFinite(trained), "the trainer decides what becomes of the step");
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefused() {
    CausalLm model = load(base, Optional.empty());
    PackedRow row = new PackedRow(new int[] {1, TinyModel.VOCABULARY}, new float[2], new int[] {0});
    HoneException e = assertThrows(HoneException.class, () -> model.evaluate(row));
    assertTrue(e.getMessage().contains("token id 13 at position 1"), e.getMessage());
  }
}
