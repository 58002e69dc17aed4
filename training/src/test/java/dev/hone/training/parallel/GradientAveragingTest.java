package dev.hone.training.parallel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.checkpoint.Progress;
import dev.hone.training.checkpoint.TrainerState;
import dev.hone.training.collective.Collective;
import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Precision;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import dev.hone.training.optimizer.StateTensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gradients are so made that their sums are exact, and ranks can be compared bitwise. */
@Tag("unit")
class GradientAveragingTest {
  private static final RankBatch BATCH =
      new RankBatch(List.of(new PackedRow(new int[1], new float[1], new int[1])), i -> i);

  @TempDir private Path folder;

  /** What a rank has in the end. */
  private record Result(
      List<float[]> values, List<float[]> operands, List<Double> norms, long stateBytes) {}

  private static final class Rank {
    private final Kernels kernels = new CpuKernels(1, Precision.BF16);
    private final GivenGradients gradients = new GivenGradients(kernels, 0);
    private final Collective ranks;
    private final GradientAveraging mode;

    Rank(OptimizerKind kind, Collective ranks) {
      this.ranks = ranks;
      OptimizerSettings settings =
          new OptimizerSettings(
              kind,
              0.9,
              0.99,
              1e-8,
              0.1,
              false,
              LearningRates.loraPlus(4),
              new Averaging(0.9, 1, 1));
      this.mode = new GradientAveraging(gradients.parameters(), settings, 4096, kernels, ranks);
    }

    /** Every element of the state by its name and number. */
    Map<String, Float> state() {
      Map<String, Float> elements = new TreeMap<>();
      for (StateTensor state : mode.state(ranks.size())) {
        float[] values = new float[(int) state.tensor().length()];
        kernels.read(state.tensor(), 0, FloatBuffer.wrap(values));
        for (int i = 0; i < values.length; i++) {
          elements.put(state.name() + " " + (state.from() + i), values[i]);
        }
      }
      return elements;
    }

    Result steps(int from, int to) {
      List<Double> norms =
          IntStream.range(from, to)
              .mapToObj(
                  step -> {
                    double norm = mode.pass(gradients, BATCH, 0).orElseThrow().gradNorm();
                    mode.step(1e-2, false);
                    return norm;
                  })
              .toList();
      List<float[]> operands = gradients.operands();
      mode.finish();
      return new Result(gradients.values(), operands, norms, mode.stateBytes());
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void ranksTogetherDoWhatOneDoes(OptimizerKind kind) throws Exception {
    Result one = ThreadTeam.run(1, ranks -> new Rank(kind, ranks).steps(0, 5)).get(0);
    for (int size : new int[] {2, 3}) {
      List<Result> many = ThreadTeam.run(size, ranks -> new Rank(kind, ranks).steps(0, 5));
      for (Result rank : many) {
        assertSame(one.values, rank.values);
        assertSame(one.operands, rank.operands);
        assertEquals(many.get(0).norms, rank.norms);
        for (int i = 0; i < one.norms.size(); i++) {
          assertTrue(one.norms.get(i) > 50, "there are gradients");
          assertEquals(one.norms.get(i), rank.norms.get(i), 1e-12 * one.norms.get(i));
        }
        assertTrue(
            kind == OptimizerKind.ADAFACTOR
                || Math.abs(rank.stateBytes - one.stateBytes / size) < 0.15 * one.stateBytes,
            () -> rank.stateBytes + " of " + one.stateBytes);
      }
      assertEquals(one.stateBytes, many.stream().mapToLong(Result::stateBytes).sum());
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void aStepThatIsNotTakenChangesNeitherWeightsNorState(OptimizerKind kind) throws Exception {
    ThreadTeam.run(
        2,
        ranks -> {
          Rank rank = new Rank(kind, ranks);
          rank.mode.pass(rank.gradients, BATCH, 0);
          rank.mode.step(1e-2, false);
          Map<String, Float> state = rank.state();
          List<float[]> values = rank.gradients.values();
          rank.mode.pass(rank.gradients, BATCH, 0);
          rank.mode.skip(false);
          assertEquals(state, rank.state());
          assertSame(values, rank.gradients.values());
          return 0;
        });
  }

  /** The state of three ranks is saved, and taken up by two, and by one. */
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void theStateIsCutAnewForAnotherNumberOfRanks(OptimizerKind kind) throws Exception {
    Map<String, Float> saved =
        all(
            ThreadTeam.run(
                3,
                ranks -> {
                  Rank rank = new Rank(kind, ranks);
                  rank.steps(0, 3);
                  if (ranks.rank() == 0) {
                    Progress progress = new Progress(3, 1, 2, 0, 7, 3);
                    TrainerState.write(folder, progress, rank.mode.state(3), rank.kernels, ranks);
                  } else {
                    TrainerState.send(rank.mode.state(3), rank.kernels, ranks);
                  }
                  return rank.state();
                }));
    assertTrue(saved.size() > 100);
    for (int size : new int[] {2, 1}) {
      Map<String, Float> restored =
          all(
              ThreadTeam.run(
                  size,
                  ranks -> {
                    Rank rank = new Rank(kind, ranks);
                    TrainerState.restore(folder, rank.mode.state(3), rank.kernels, ranks);
                    return rank.state();
                  }));
      assertEquals(saved, restored);
    }
  }

  private static Map<String, Float> all(List<Map<String, Float>> ranks) {
    Map<String, Float> all = new TreeMap<>();
    ranks.forEach(all::putAll);
    return all;
  }

  static void assertSame(List<float[]> expected, List<float[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }
}
