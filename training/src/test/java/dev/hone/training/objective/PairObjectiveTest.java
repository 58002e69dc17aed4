package dev.hone.training.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.TinyModel;
import dev.hone.training.optimizer.GradientClip;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("parity")
class PairObjectiveTest {
  private static final PackList PAIRS =
      new PackList(
          List.of(TinyModel.pairs(1, 5, 4), TinyModel.pairs(11, 3, 9), TinyModel.pairs(21, 8, 2)));

  @TempDir Path dir;
  private final Kernels kernels = new CpuKernels(2);

  @Test
  void theFirstStepOfANewAdapterCostsLogTwo() throws IOException {
    CausalLm model = adapter(0);
    PairSettings settings = settings(PairLossType.SIGMOID);
    ReferencedPacks packs = ReferencedPacks.withoutAdapter(PAIRS, model, settings::weights);
    StepLoss step = step(model, settings, PackedRow.concat(rows(packs)));
    assertEquals(Math.log(2), step.loss(), 1e-6);
    assertEquals(0, step.metrics().values().get("rewards/margins"), 1e-5);
  }

  @Test
  void soDoesThatOfAModelThatIsItsOwnReference() throws IOException {
    for (CausalLm model : List.of(adapter(0.3), whole())) {
      PairSettings settings = settings(PairLossType.SIGMOID);
      ReferencedPacks packs =
          ReferencedPacks.asked(PAIRS, model, settings::weights, LongStream.range(0, 3).iterator());
      assertEquals(Math.log(2), step(model, settings, PackedRow.concat(rows(packs))).loss(), 1e-6);
    }
  }

  /** A model that is asked beforehand, and forgotten, says what it says when it is there. */
  @Test
  void aFrozenModelIsTheReference() throws IOException {
    Preferences dpo = Preferences.of(PairLossType.SIGMOID, 0.1);
    CausalLm policy = adapter(0.3);
    CausalLm base = adapter(0);
    List<List<long[]>> steps = ObjectiveSpec.all(PAIRS);
    StepLoss expected = dpo.measured(policy, PAIRS).loss().get();
    near(
        "loss",
        dpo.measured(policy, dpo.referenced(base, PAIRS, steps)).loss().get().loss(),
        expected.loss());
    assertTrue(Math.abs(expected.loss() - Math.log(2)) > 1e-3, "the policy has left its reference");
    double[] logps = dpo.logps(base, PAIRS.read(1));
    assertArrayEquals(
        dpo.referenced(base, PAIRS, steps)
            .read(1)
            .answers()
            .orElseThrow()
            .reference()
            .orElseThrow(),
        logps,
        1e-9);
  }

  @Test
  void noCutIntoMicroBatchesChangesAStep() throws IOException {
    CausalLm model = adapter(0.3);
    for (PairLossType type : PairLossType.values()) {
      PairSettings settings = settings(type);
      List<PackedRow> pairs = rows(ReferencedPacks.withoutAdapter(PAIRS, model, settings::weights));
      StepLoss together = step(model, settings, PackedRow.concat(pairs));
      double norm = norm(model);
      StepLoss apart = step(model, settings, pairs.toArray(PackedRow[]::new));
      near(type.key() + " loss", apart.loss(), together.loss());
      near(type.key() + " grad_norm", norm(model), norm);
      Map<String, Double> expected = together.metrics().values();
      apart.metrics().values().forEach((name, value) -> near(name, value, expected.get(name)));
    }
  }

  @Test
  void theAnswersAreComparedWhateverTheBatchIsMadeOf() throws IOException {
    CausalLm model = adapter(0.3);
    PairSettings settings = settings(PairLossType.SIGMOID);
    ReferencedPacks packs = ReferencedPacks.withoutAdapter(PAIRS, model, settings::weights);
    step(model, settings, packs.read(0));
    float[] first = gradient(model);
    step(model, settings, packs.read(0));
    assertArrayEquals(first, gradient(model), "the same pack, the same gradient");
  }

  @Test
  void tokensBeyondTheOtherAnswerMayWeighLess() {
    PackedRow pair = TinyModel.pairs(1, 3, 5);
    AnswerWeights weights = new AnswerWeights(pair, OptionalDouble.of(0.5), false, false);
    float[] actual = new float[pair.length()];
    for (int t = 0; t < actual.length; t++) {
      actual[t] = weights.logp(t);
    }
    assertArrayEquals(new float[] {0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0.5f, 0.5f}, actual);
  }

  @Test
  void anAnswerWithoutATokenIsNamed() throws IOException {
    CausalLm model = adapter(0);
    PackedRow nothing = TinyModel.pairs(1, 3, 0);
    PairSettings settings = settings(PairLossType.CPO);
    HoneException thrown = assertThrows(HoneException.class, () -> step(model, settings, nothing));
    assertTrue(thrown.getMessage().contains("cannot be compared"), thrown.getMessage());
  }

  private static PairSettings settings(PairLossType type) {
    boolean reference = type.needsReference();
    return new PairSettings(
        type.with(new PairLossType.Settings(0.1, 0.1, Divergence.reverseKl(), 0.05, 0.5)),
        0.1,
        reference,
        !reference,
        type == PairLossType.ORPO ? 1 : 0,
        true,
        OptionalDouble.empty());
  }

  private static StepLoss step(CausalLm model, PairSettings settings, PackedRow... microBatches) {
    PairObjective objective = new PairObjective(model, settings);
    objective.zeroGradients();
    return objective.forwardBackward(List.of(microBatches), i -> i);
  }

  private static List<PackedRow> rows(ReferencedPacks packs) {
    return LongStream.range(0, packs.size()).mapToObj(packs::read).toList();
  }

  private double norm(CausalLm model) {
    return GradientClip.of(model.parameters(), kernels, 0).norm();
  }

  private float[] gradient(CausalLm model) {
    float[] values = new float[Math.toIntExact(model.gradients().length())];
    kernels.read(model.gradients(), 0, FloatBuffer.wrap(values));
    return values;
  }

  private CausalLm adapter(double size) throws IOException {
    return TinyModel.adapter(dir.resolve("model"), kernels, size);
  }

  private CausalLm whole() throws IOException {
    return CausalLm.load(
        TinyModel.write(dir.resolve("model"), "llama", true), Optional.empty(), kernels, 64, 3);
  }

  private static void near(String name, double actual, double expected) {
    assertTrue(
        Math.abs(actual - expected) <= 1e-5 * Math.max(0.1, Math.abs(expected)),
        () -> name + ": " + actual + ", expected " + expected);
  }
}
