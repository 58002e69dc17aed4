package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.collective.Exchange;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.TinyModel;
import dev.hone.training.optimizer.GradientClip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("parity")
class KtoObjectiveTest {
  private static final PackList ANSWERS =
      new PackList(
          List.of(
              TinyModel.answers(1, 5, 4),
              TinyModel.answers(11, 3, 9, 2).withAnswers(new Answers(false, true, false)),
              TinyModel.answers(21, 8)));
  private static final List<List<long[]>> ONE_STEP = List.of(List.of(new long[] {0, 1, 2}));
  private static final Kto KTO = new Kto(0.1, 1, 1, true);

  @TempDir Path dir;
  private final Kernels kernels = new CpuKernels(2);

  @Test
  void theFirstStepCostsHalfOfTheWeights() throws IOException {
    Kto weighted = new Kto(0.1, 1, 3, true);
    StepLoss step = step(weighted.on(adapter(0), ANSWERS, ONE_STEP), ONE_STEP.get(0));
    assertEquals(0.5 * (3 * 1 + 3 * 3) / 6, step.loss(), 1e-6);
    assertEquals(0, step.metrics().values().get("kl"), 1e-5);
    assertEquals(0, step.metrics().values().get("rewards/margins"), 1e-5);
  }

  /** A model that training finds with an adapter, or without one, is its own reference. */
  @Test
  void whatIsAskedBeforehandIsWhatTheStepsNeed() throws IOException {
    CausalLm whole =
        CausalLm.load(
            TinyModel.write(dir.resolve("model"), "llama", true), Optional.empty(), kernels, 64, 3);
    List<List<long[]>> steps =
        List.of(
            List.of(new long[] {0, 2}, new long[] {1}), List.of(new long[] {2, 1}, new long[] {0}));
    ObjectiveSpec.Learning learning = KTO.on(whole, ANSWERS, steps);
    for (List<long[]> step : steps) {
      assertEquals(0.5, step(learning, step).loss(), 1e-6);
    }
    assertEquals(0.5, KTO.heldOut(whole, ANSWERS).loss().get().loss(), 1e-6);
    List<long[]> another = List.of(new long[] {0, 1, 2});
    assertTrue(
        assertThrows(IllegalStateException.class, () -> step(learning, another))
            .getMessage()
            .contains("not announced"));
  }

  /** A model that is asked beforehand, and forgotten, says what it says when it is there. */
  @Test
  void aFrozenModelIsTheReference() throws IOException {
    CausalLm policy = adapter(0.3);
    CausalLm base = adapter(0);
    PackSource frozen = KTO.referenced(base, ANSWERS, ONE_STEP);
    StepLoss expected = step(KTO.on(policy, ANSWERS, ONE_STEP), ONE_STEP.get(0));
    StepLoss step = step(KTO.on(policy, frozen, ONE_STEP), ONE_STEP.get(0));
    near("loss", step.loss(), expected.loss());
    assertTrue(Math.abs(step.loss() - 0.5) > 1e-3, "the policy has left its reference");
    near(
        "held out",
        KTO.measured(policy, KTO.referenced(base, ANSWERS, ObjectiveSpec.all(ANSWERS)))
            .loss()
            .get()
            .loss(),
        KTO.measured(policy, ANSWERS).loss().get().loss());
  }

  @Test
  void noCutIntoMicroBatchesChangesAStep() throws IOException {
    CausalLm model = adapter(0.3);
    ObjectiveSpec.Learning learning = baseAsReference(model);
    StepLoss together = step(learning, ONE_STEP.get(0));
    double norm = norm(model);
    StepLoss apart = step(learning, List.of(new long[] {0}, new long[] {1}, new long[] {2}));
    near("loss", apart.loss(), together.loss());
    near("grad_norm", norm(model), norm);
    Map<String, Double> expected = together.metrics().values();
    assertTrue(expected.get("kl") > 0.01, expected::toString);
    apart.metrics().values().forEach((name, value) -> near(name, value, expected.get(name)));
  }

  /** All held-out answers are one batch. */
  @Test
  void measuredIsWhatAStepWouldCost() throws IOException {
    CausalLm model = adapter(0.3);
    StepLoss step = step(baseAsReference(model), ONE_STEP.get(0));
    StepLoss measured = KTO.measured(model, ANSWERS).loss().get();
    near("loss", measured.loss(), step.loss());
    Map<String, Double> expected = step.metrics().values();
    assertEquals(expected.keySet(), measured.metrics().values().keySet());
    measured.metrics().values().forEach((name, value) -> near(name, value, expected.get(name)));
  }

  @Test
  void anAnswerAloneHasNoMismatch() throws IOException {
    CausalLm model = adapter(0.3);
    StepLoss alone = step(baseAsReference(model), List.of(new long[] {2}));
    assertEquals(0, alone.metrics().values().get("kl"));
    assertTrue(!alone.metrics().values().containsKey("rewards/margins"));
  }

  @Test
  void promptsAndAnswersOfOthers() {
    PackedRow two = row(new int[] {1, 2, 50, 3, 60, 61}, new float[] {0, 0, 1, 0, 1, 0.5f}, 0, 3);
    PackedRow one = row(new int[] {4, 70}, new float[] {0, 1}, 0);
    for (int maxTokens : new int[] {8, 5}) {
      List<PackedRow> passes = new ArrayList<>();
      List<PackedRow> rows = List.of(two, one);
      Mismatches.of(2, i -> rows.get((int) i), 5, maxTokens, Exchange.alone(), passes::add);
      assertEquals(maxTokens == 8 ? 1 : 2, passes.size());
      PackedRow all = PackedRow.concat(passes);
      assertArrayEquals(new int[] {1, 2, 70, 3, 50, 4, 60, 61}, all.inputIds());
      assertArrayEquals(new float[] {0, 0, 1, 0, 1, 0, 1, 0.5f}, all.lossWeights());
      assertArrayEquals(new int[] {0, 3, 5}, all.documentStarts());
    }
    List<PackedRow> cut = new ArrayList<>();
    Mismatches.of(1, i -> two, 2, 8, Exchange.alone(), cut::add);
    assertArrayEquals(new int[] {1, 2, 3, 50}, cut.get(0).inputIds());
    assertArrayEquals(new float[] {0, 0, 0, 1}, cut.get(0).lossWeights());
  }

  @Test
  void tokensOfAMismatchCountByTheirWeight() throws IOException {
    CausalLm model = adapter(0.3);
    PackedRow answer = TinyModel.answers(1, 5);
    float[] half = answer.lossWeights().clone();
    for (int t = 0; t < half.length; t++) {
      half[t] /= 2;
    }
    assertEquals(
        PassReference.logp(model, answer, true) / 2,
        PassReference.logp(model, answer.withWeights(half), true),
        1e-6);
  }

  @Test
  void anAnswerWithoutATokenIsNamed() throws IOException {
    CausalLm model = adapter(0);
    PackList nothing = new PackList(List.of(TinyModel.answers(1, 3, 0)));
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                step(
                    KTO.on(model, nothing, List.of(List.of(new long[] {0}))),
                    List.of(new long[] {0})));
    assertTrue(thrown.getMessage().contains("nothing can be learned"), thrown.getMessage());
  }

  private static PackedRow row(int[] ids, float[] weights, int... starts) {
    return new PackedRow(ids, weights, starts);
  }

  /** A trained adapter compared with its base, as in a measurement. */
  private static ObjectiveSpec.Learning baseAsReference(CausalLm model) {
    PackSource packs = KTO.measured(model, ANSWERS).packs();
    return new ObjectiveSpec.Learning(
        new KtoObjective(
            model,
            new KtoLoss(0.1, 1, 1),
            ANSWERS.longest(),
            Optional.of(PassReference.withoutAdapter(model))),
        packs);
  }

  private static StepLoss step(ObjectiveSpec.Learning learning, List<long[]> step) {
    learning.objective().zeroGradients();
    List<PackedRow> microBatches =
        step.stream()
            .map(
                packs ->
                    PackedRow.concat(
                        LongStream.of(packs).mapToObj(learning.packs()::read).toList()))
            .toList();
    return learning.objective().forwardBackward(microBatches, i -> i);
  }

  private double norm(CausalLm model) {
    return GradientClip.of(model.parameters(), kernels, 0).norm();
  }

  private CausalLm adapter(double size) throws IOException {
    return TinyModel.adapter(dir.resolve("model"), kernels, size);
  }

  private static void near(String name, double actual, double expected) {
    assertTrue(
        Math.abs(actual - expected) <= 1e-5 * Math.max(0.1, Math.abs(expected)),
        () -> name + ": " + actual + ", expected " + expected);
  }
}
