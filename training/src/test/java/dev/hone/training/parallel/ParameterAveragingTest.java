package dev.hone.training.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.checkpoint.Progress;
import dev.hone.training.checkpoint.TrainerState;
import dev.hone.training.collective.Collective;
import dev.hone.training.collective.ThreadTeam;
import dev.hone.training.data.PackedRow;
import dev.hone.training.kernels.Kernels;
import dev.hone.training.kernels.Tensor;
import dev.hone.training.kernels.cpu.CpuKernels;
import dev.hone.training.model.Parameter;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.GradientClip;
import dev.hone.training.optimizer.Optimizer;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.optimizer.OptimizerSettings;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ParameterAveragingTest {
  private static final int H = 3;
  private static final double RATE = 1e-2;
  private static final OptimizerSettings ADAMW =
      new OptimizerSettings(OptimizerKind.ADAMW, 0.9, 0.99, 1e-8, 0.1, false);
  private static final RankBatch BATCH =
      new RankBatch(List.of(new PackedRow(new int[1], new float[1], new int[1])), i -> i);
  private static final RankBatch NOTHING = new RankBatch(List.of(), i -> i);

  @TempDir private Path folder;

  private static final class Rank {
    final Kernels kernels = new CpuKernels(1);
    final GivenGradients gradients;
    final RankMode mode;

    Rank(Collective ranks, OptimizerSettings optimizer, OuterStep outer) {
      this.gradients = new GivenGradients(kernels, ranks.rank());
      this.mode =
          new Averaged.Parameters(H, outer).with(gradients.parameters(), optimizer, kernels, ranks);
    }

    Rank steps(int count) {
      for (int i = 0; i < count; i++) {
        mode.pass(gradients, BATCH, 1);
        mode.step(RATE, false);
      }
      return this;
    }
  }

  /** Every rank by itself, and the average and the outer step as their formulas say. */
  @ParameterizedTest
  @CsvSource({"1,0,2", "1,0,4", "0.7,0.9,2", "0.7,0.9,3", "0.5,0,2"})
  void isWhatTheFormulaSays(double rate, double momentum, int size) throws Exception {
    List<double[]> expected = simulated(size, 3, rate, momentum);
    List<List<float[]>> actual =
        ThreadTeam.run(
            size,
            ranks -> {
              Rank rank = new Rank(ranks, ADAMW, new OuterStep(rate, momentum)).steps(3 * H);
              assertTrue(rank.mode.isTogether());
              return rank.gradients.values();
            });
    for (List<float[]> rank : actual) {
      GradientAveragingTest.assertSame(actual.get(0), rank);
      for (int i = 0; i < expected.size(); i++) {
        for (int j = 0; j < expected.get(i).length; j++) {
          double difference = rank.get(i)[j] - expected.get(i)[j];
          assertTrue(Math.abs(difference) <= 1e-5, () -> "off by " + difference);
        }
      }
    }
  }

  /** The others go on, and the average is that of what all have. */
  @Test
  void aStepThatARankDoesNotTakeIsAsOneItHasNoPartIn() throws Exception {
    List<List<float[]>> skipped = twoSteps(true);
    List<List<float[]>> idle = twoSteps(false);
    for (int rank = 0; rank < 2; rank++) {
      GradientAveragingTest.assertSame(idle.get(rank), skipped.get(rank));
    }
  }

  private static List<List<float[]>> twoSteps(boolean skips) throws Exception {
    return ThreadTeam.run(
        2,
        ranks -> {
          Rank rank = new Rank(ranks, ADAMW, new OuterStep(0.7, 0.9)).steps(H - 1);
          boolean takes = ranks.rank() == 0;
          rank.mode.pass(rank.gradients, takes || skips ? BATCH : NOTHING, 1);
          if (takes || !skips) {
            rank.mode.step(RATE, false);
          } else {
            rank.mode.skip(false);
          }
          assertTrue(rank.mode.isTogether());
          return rank.gradients.values();
        });
  }

  private static List<double[]> simulated(int size, int periods, double rate, double momentum) {
    List<GivenGradients> models = new ArrayList<>();
    List<Optimizer> optimizers = new ArrayList<>();
    Kernels kernels = new CpuKernels(1);
    for (int rank = 0; rank < size; rank++) {
      models.add(new GivenGradients(kernels, rank));
      optimizers.add(ADAMW.create(models.get(rank).parameters(), kernels));
    }
    List<double[]> outer = doubles(models.get(0).values());
    List<double[]> velocity = outer.stream().map(values -> new double[values.length]).toList();
    for (int period = 0; period < periods; period++) {
      for (int rank = 0; rank < size; rank++) {
        for (int step = 0; step < H; step++) {
          GivenGradients model = models.get(rank);
          model.forwardBackward(BATCH.microBatches(), i -> i);
          GradientClip clip = GradientClip.of(model.parameters(), kernels, 1);
          optimizers.get(rank).step(RATE, clip.coefficient());
        }
      }
      for (int i = 0; i < outer.size(); i++) {
        for (int j = 0; j < outer.get(i).length; j++) {
          double mean = 0;
          for (GivenGradients model : models) {
            mean += model.values().get(i)[j] / (double) size;
          }
          double gradient = outer.get(i)[j] - mean;
          velocity.get(i)[j] = momentum * velocity.get(i)[j] + gradient;
          outer.get(i)[j] -= rate * (gradient + momentum * velocity.get(i)[j]);
        }
      }
      models.forEach(model -> set(model, outer, kernels));
    }
    return outer;
  }

  private static List<double[]> doubles(List<float[]> values) {
    List<double[]> doubles = new ArrayList<>();
    for (float[] floats : values) {
      double[] copy = new double[floats.length];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = floats[i];
      }
      doubles.add(copy);
    }
    return doubles;
  }

  private static void set(GivenGradients model, List<double[]> values, Kernels kernels) {
    for (int i = 0; i < values.size(); i++) {
      Tensor tensor = model.parameters().get(i).value();
      FloatBuffer floats = FloatBuffer.allocate(values.get(i).length);
      for (double value : values.get(i)) {
        floats.put((float) value);
      }
      kernels.write(floats.flip(), tensor, 0);
    }
  }

  @Test
  void ranksAreApartUntilTheyMeet() throws Exception {
    List<List<float[]>> values =
        ThreadTeam.run(
            2,
            ranks -> {
              Rank rank = new Rank(ranks, ADAMW, OuterStep.NONE).steps(H + 1);
              assertFalse(rank.mode.isTogether());
              return rank.gradients.values();
            });
    assertTrue(values.get(0).get(0)[0] != values.get(1).get(0)[0]);
    ThreadTeam.run(
        2,
        ranks -> {
          Rank rank = new Rank(ranks, ADAMW, OuterStep.NONE).steps(H + 1);
          rank.mode.pass(rank.gradients, NOTHING, 1);
          rank.mode.step(RATE, true);
          assertTrue(rank.mode.isTogether(), "the last step is one where they meet");
          return 0;
        });
  }

  /** Inner state of each rank, and a half each of two outer tensors. */
  @Test
  void theOuterStateIsCutAmongRanks() throws Exception {
    long elements = 70 * 83 + 83 * 24 + 83;
    List<Long> bytes =
        ThreadTeam.run(2, ranks -> new Rank(ranks, ADAMW, new OuterStep(1, 0.9)).mode.stateBytes());
    assertEquals(2 * 8 * elements + 8 * elements, bytes.get(0) + bytes.get(1));
    assertTrue(Math.abs(bytes.get(0) - bytes.get(1)) <= 2 * 8 * 16);
    assertEquals(
        8 * elements,
        ThreadTeam.run(2, ranks -> new Rank(ranks, ADAMW, OuterStep.NONE).mode.stateBytes())
            .get(0));
  }

  @Test
  void aRunGoesOnToTheLastBit() throws Exception {
    OuterStep outer = new OuterStep(0.7, 0.9);
    List<float[]> whole = ThreadTeam.run(2, r -> values(new Rank(r, ADAMW, outer).steps(9))).get(1);
    ThreadTeam.run(
        2,
        ranks -> {
          Rank rank = new Rank(ranks, ADAMW, outer).steps(6);
          if (ranks.rank() == 0) {
            Progress progress = new Progress(6, 1, 2, 0, 7, 2);
            TrainerState.write(folder, progress, rank.mode.state(2), rank.kernels, ranks);
          } else {
            TrainerState.send(rank.mode.state(2), rank.kernels, ranks);
          }
          return 0;
        });
    List<float[]> rest =
        ThreadTeam.run(
                2,
                ranks -> {
                  Rank rank = new Rank(ranks, ADAMW, outer).steps(6);
                  List<float[]> values = values(rank);
                  Rank resumed = new Rank(ranks, ADAMW, outer);
                  for (int i = 0; i < 6; i++) {
                    resumed.gradients.forwardBackward(BATCH.microBatches(), seed -> seed);
                  }
                  set(resumed.gradients, doubles(values), resumed.kernels);
                  TrainerState.restore(folder, resumed.mode.state(2), resumed.kernels, ranks);
                  resumed.mode.resumeAt(6);
                  return values(resumed.steps(3));
                })
            .get(1);
    GradientAveragingTest.assertSame(whole, rest);
    for (int size : new int[] {1, 3}) {
      ThreadTeam.run(
          size,
          ranks -> {
            Rank other = new Rank(ranks, ADAMW, outer);
            TrainerState.restore(folder, other.mode.state(2), other.kernels, ranks);
            return 0;
          });
    }
  }

  private static List<float[]> values(Rank rank) {
    return rank.gradients.values();
  }

  /** Each rank's average of its weights with a decay of nearly 0 is its last weights. */
  @Test
  void averagesOfRanksAreAveraged() throws Exception {
    OptimizerSettings averaging = ADAMW.with(new Averaging(1e-9, 0, 1));
    List<List<float[]>> values =
        ThreadTeam.run(
            2,
            ranks -> {
              Rank rank = new Rank(ranks, averaging, OuterStep.NONE).steps(H);
              List<float[]> met = rank.gradients.values();
              rank.mode.finish();
              float last = rank.gradients.values().get(0)[5];
              assertTrue(Math.abs(last - met.get(0)[5]) <= 1e-5);
              return rank.gradients.values();
            });
    GradientAveragingTest.assertSame(values.get(0), values.get(1));
  }

  @Test
  void numbersThatMeanNothingAreRefused() {
    for (OuterNumbers numbers :
        List.of(
            new OuterNumbers(0, 0.5), new OuterNumbers(1, 1), new OuterNumbers(1, Double.NaN))) {
      assertThrows(HoneException.class, numbers::make);
    }
    assertThrows(HoneException.class, () -> new Averaged.Parameters(0, OuterStep.NONE));
  }

  private record OuterNumbers(double rate, double momentum) {
    OuterStep make() {
      return new OuterStep(rate, momentum);
    }
  }

  /** The example of {@link OuterStep}. */
  @Test
  void theExampleOfTheOuterStep() {
    Kernels kernels = new CpuKernels(1);
    Parameter one = new Parameter("p", kernels.allocate(1), kernels.allocate(1));
    kernels.write(FloatBuffer.wrap(new float[] {1}), one.value(), 0);
    OuterOptimizer outer = new OuterOptimizer(List.of(one), new OuterStep(0.5, 0.5), kernels);
    for (float[] averageAndNew : new float[][] {{0, 0.25f}, {0.25f, 0.125f}}) {
      kernels.write(FloatBuffer.wrap(averageAndNew, 0, 1), one.value(), 0);
      outer.step();
      float[] value = new float[1];
      kernels.read(one.value(), 0, FloatBuffer.wrap(value));
      assertEquals(averageAndNew[1], value[0], 1e-7);
    }
  }
}
