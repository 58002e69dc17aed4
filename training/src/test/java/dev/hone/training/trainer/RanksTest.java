package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.formats.model.ModelDirectory;
import dev.hone.formats.model.Task;
import dev.hone.training.data.Answers;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackedRow;
import dev.hone.training.data.Teaching;
import dev.hone.training.kernels.DistillationLoss;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.TokenLoss;
import dev.hone.training.model.CausalLm;
import dev.hone.training.model.ScoreStart;
import dev.hone.training.model.TinyModel;
import dev.hone.training.objective.Distillation;
import dev.hone.training.objective.Kto;
import dev.hone.training.objective.ObjectiveSpec;
import dev.hone.training.objective.PairLossType;
import dev.hone.training.objective.Preferences;
import dev.hone.training.objective.Reward;
import dev.hone.training.objective.Supervised;
import dev.hone.training.parallel.Averaged;
import dev.hone.training.parallel.OuterStep;
import dev.hone.training.parallel.Ranks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One rank, two and four take the same steps. */
@Tag("parity")
class RanksTest {
  /** 11 micro-batches: the third step of an epoch has 3, so that one rank of four has none. */
  static final PackList ROWS =
      new PackList(IntStream.range(0, 11).mapToObj(i -> TinyModel.row(i, 4 + i, 6)).toList());

  private static final PackList PAIRS =
      new PackList(
          IntStream.range(0, 11).mapToObj(i -> TinyModel.pairs(7L * i, 3 + i % 4, 5)).toList());

  private static final PackList LABELLED =
      new PackList(
          PAIRS.rows().stream()
              .map(row -> row.withAnswers(new Answers(row.length() % 2 == 0, row.length() > 12)))
              .toList());

  private static final PackList TAUGHT =
      new PackList(ROWS.rows().stream().map(RanksTest::taught).toList());

  private static final Supervised SMOOTHED = new Supervised(new TokenLoss(0.1, 1e-3, false), 0);

  private static final Distillation DISTILLED =
      new Distillation(
          new DistillationLoss(DistillationLoss.Divergence.FORWARD, 2, 0.3, 0.9, 0.1), 0);

  @TempDir private Path folder;

  private static PackedRow taught(PackedRow row) {
    int[] ids = new int[row.targets()];
    float[] logps = new float[row.targets()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i % TinyModel.VOCABULARY;
      logps[i] = -0.1f - 0.01f * i;
    }
    return row.withTeaching(new Teaching(1, ids, logps));
  }

  static Stream<Arguments> objectives() {
    Preferences dpo = Preferences.of(PairLossType.SIGMOID, 0.1);
    return Stream.of(
        Arguments.of("sft full", Supervised.PLAIN, ROWS, false, 50),
        Arguments.of("sft lora", Supervised.PLAIN, ROWS, true, 50),
        Arguments.of("dpo full", dpo, PAIRS, false, 50),
        Arguments.of("dpo lora", dpo, PAIRS, true, 50),
        Arguments.of("aot lora", Preferences.of(PairLossType.AOT, 0.1), PAIRS, true, 7),
        Arguments.of("orpo full", Preferences.of(PairLossType.ORPO, 0.1), PAIRS, false, 7),
        Arguments.of("kto full", new Kto(0.1, 1, 1, true), LABELLED, false, 7),
        Arguments.of("reward", new Reward(0.01), PAIRS, false, 7),
        Arguments.of("noisy sft", new Supervised(TokenLoss.NLL, 5), ROWS, false, 7),
        Arguments.of("smoothed sft", SMOOTHED, ROWS, true, 7),
        Arguments.of("distillation", DISTILLED, TAUGHT, true, 7),
        Arguments.of("kto lora", new Kto(0.1, 1, 1, true), LABELLED, true, 7));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void anyNumberOfRanksTakesTheSameSteps(
      String name, ObjectiveSpec objective, PackList packs, boolean lora, int steps)
      throws Exception {
    RankedRun run =
        new RankedRun(
            objective, objective instanceof Reward ? this::rewardModel : model(lora), packs);
    List<StepMetrics> one = run.run(Plans.steps(1, 4, steps, 2e-3), Ranks.ONE).get(0).metrics();
    assertTrue(
        Math.abs(one.get(0).loss() - one.get(steps - 1).loss()) > 1e-3, "nothing was learned");
    for (int ranks : new int[] {2, 4}) {
      List<RankedRun.Result> results =
          run.run(
              Plans.steps(1, 4 / ranks, steps, 2e-3),
              new Ranks(ranks, new Averaged.Gradients(128)));
      near(1e-6, one.get(0), results.get(0).metrics().get(0));
      for (int step = 0; step < steps; step++) {
        near(1e-4, one.get(step), results.get(0).metrics().get(step));
      }
      for (RankedRun.Result rank : results) {
        assertEquals(untimed(results.get(0).metrics()), untimed(rank.metrics()));
        assertSame(results.get(0).values(), rank.values());
      }
    }
  }

  /** The reference is asked for the mismatches of each rank's own batches. */
  @Test
  void ranksThatStepApartHaveBatchesOfTheirOwn() throws Exception {
    RankedRun run = new RankedRun(new Kto(0.1, 1, 1, true), model(false), LABELLED);
    Ranks apart = new Ranks(2, new Averaged.Parameters(2, OuterStep.NONE));
    List<RankedRun.Result> results = run.run(Plans.steps(1, 2, 7, 2e-3), apart);
    assertEquals(untimed(results.get(0).metrics()), untimed(results.get(1).metrics()));
    assertEquals(0.5, results.get(0).metrics().get(0).loss(), 1e-6);
    assertTrue(results.get(0).metrics().get(6).loss() < 0.5);
    assertSame(results.get(0).values(), results.get(1).values());
  }

  @Test
  void aRankThatFailsIsNotWaitedFor() {
    RankedRun run =
        new RankedRun(
            Supervised.PLAIN,
            (rank, kernels) -> {
              if (rank == 1) {
                throw new HoneException("no model here");
              }
              return model(true).of(rank, kernels);
            },
            ROWS);
    HoneException thrown =
        assertThrows(
            HoneException.class, () -> run.run(Plans.steps(1, 1, 2, 2e-3), Ranks.gradients(2)));
    assertEquals("no model here", thrown.getMessage());
  }

  @Test
  void theSameRanksDoTheSameToTheLastBit() throws Exception {
    RankedRun run = new RankedRun(Supervised.PLAIN, model(false), ROWS).toTheLastBit();
    TrainArguments arguments = Plans.steps(1, 1, 9, 2e-3);
    List<RankedRun.Result> first = run.run(arguments, Ranks.gradients(4));
    List<RankedRun.Result> second = run.run(arguments, Ranks.gradients(4));
    assertEquals(untimed(first.get(3).metrics()), untimed(second.get(3).metrics()));
    assertSame(first.get(3).values(), second.get(3).values());
  }

  private RankedRun.Models model(boolean lora) {
    return model(folder, lora);
  }

  private CausalLm rewardModel(int rank, Kernels kernels) throws IOException {
    ModelDirectory base = TinyModel.write(folder.resolve("model" + rank), "llama", true);
    return CausalLm.load(
        ScoreStart.on(base.forTask(Task.SEQ_CLS), 3), Optional.empty(), kernels, 64, 3);
  }

  static RankedRun.Models model(Path folder, boolean lora) {
    return (rank, kernels) -> {
      Path dir = folder.resolve("model" + rank);
      return lora
          ? TinyModel.adapter(dir, kernels, 0)
          : CausalLm.load(TinyModel.write(dir, "llama", true), Optional.empty(), kernels, 64, 3);
    };
  }

  static void near(double tolerance, StepMetrics expected, StepMetrics actual) {
    assertEquals(expected.step(), actual.step());
    assertEquals(expected.epoch(), actual.epoch());
    assertEquals(expected.numTokens(), actual.numTokens());
    near(tolerance, "loss", expected.loss(), actual.loss());
    near(tolerance, "grad_norm", expected.gradNorm(), actual.gradNorm());
    Map<String, Double> metrics = expected.ofObjective();
    assertEquals(metrics.keySet(), actual.ofObjective().keySet());
    metrics.forEach(
        (name, value) ->
            near(Math.max(tolerance, 1e-4), name, value, actual.ofObjective().get(name)));
  }

  private static void near(double tolerance, String name, double expected, double actual) {
    assertTrue(
        Math.abs(actual - expected) <= tolerance * Math.max(0.1, Math.abs(expected)),
        () -> name + ": " + actual + ", expected " + expected);
  }

  /** What does not depend on the clock. */
  static List<StepMetrics> untimed(List<StepMetrics> metrics) {
    List<StepMetrics> untimed = new ArrayList<>();
    for (StepMetrics m : metrics) {
      untimed.add(
          new StepMetrics(
              m.step(),
              m.epoch(),
              m.loss(),
              m.gradNorm(),
              m.learningRate(),
              m.numTokens(),
              m.ofObjective(),
              0,
              0));
    }
    return untimed;
  }

  static void assertSame(List<float[]> expected, List<float[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }
}
