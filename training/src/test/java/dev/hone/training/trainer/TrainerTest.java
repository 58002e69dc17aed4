package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.data.PackList;
import dev.hone.training.data.PackSource;
import dev.hone.training.model.Parameter;
import dev.hone.training.objective.Objective;
import dev.hone.training.objective.Share;
import dev.hone.training.objective.StepLoss;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.schedule.LrCurve;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TrainerTest {
  /** Lengths differ, so that a mean of means would give another loss than the sum over all. */
  private static final PackList PACKS =
      PackList.of(
          new int[] {0, 1, 2},
          new int[] {0, 3},
          new int[] {0, 1, 1, 1, 1, 1},
          new int[] {0, 2, 3, 1},
          new int[] {0, 4, 4});

  @Test
  void theSamePacksGiveTheSameStepHoweverTheyAreCut() {
    List<StepMetrics> oneByTwo = train(new UnigramModel(5), Plans.steps(1, 2, 9, 0.1), PACKS);
    List<StepMetrics> twoByOne = train(new UnigramModel(5), Plans.steps(2, 1, 9, 0.1), PACKS);

    assertEquals(9, oneByTwo.size());
    for (int i = 0; i < 9; i++) {
      assertEquals(oneByTwo.get(i).loss(), twoByOne.get(i).loss(), 1e-5);
      assertEquals(oneByTwo.get(i).gradNorm(), twoByOne.get(i).gradNorm(), 1e-5);
      assertEquals(oneByTwo.get(i).numTokens(), twoByOne.get(i).numTokens());
      assertEquals(oneByTwo.get(i).epoch(), twoByOne.get(i).epoch(), 0.21);
    }
  }

  @Test
  void theFirstLossIsTheEntropyOfNothingKnown() {
    StepMetrics first = train(new UnigramModel(5), Plans.steps(1, 2, 1, 0.1), PACKS).get(0);

    assertEquals(1, first.step());
    assertEquals(Math.log(5), first.loss(), 1e-6);
    assertEquals(0.1, first.learningRate());
    assertEquals(5, first.numTokens());
    // Targets 1, 2, 3: gradient (1/5 - share of each) = (.2, -2/15, -2/15, -2/15, .2)
    assertEquals(Math.sqrt(2 * 0.04 + 3 * 4 / 225.0), first.gradNorm(), 1e-6);
    assertEquals(0, first.ofObjective().get("mean_token_accuracy"));
  }

  @Test
  void lossFallsAndNothingLaterThanThePlanRuns() {
    List<StepMetrics> metrics = train(new UnigramModel(5), Plans.steps(5, 1, 40, 0.1), PACKS);

    assertEquals(40, metrics.get(39).step());
    assertTrue(metrics.get(39).loss() < metrics.get(0).loss() - 0.1);
    assertEquals(40.0, metrics.get(39).epoch());
  }

  @Test
  void aReportCoversTheStepsSinceTheLast() {
    List<StepMetrics> each = train(new UnigramModel(5), logging(1), PACKS);
    List<StepMetrics> thirds = train(new UnigramModel(5), logging(3), PACKS);

    assertEquals(List.of(3L, 6L, 7L), thirds.stream().map(StepMetrics::step).toList());
    assertEquals(
        (each.get(0).loss() + each.get(1).loss() + each.get(2).loss()) / 3,
        thirds.get(0).loss(),
        1e-12);
    assertEquals(each.get(2).gradNorm(), thirds.get(0).gradNorm());
    assertEquals(each.get(5).learningRate(), thirds.get(1).learningRate());
    assertEquals(each.get(6).loss(), thirds.get(2).loss());
    assertEquals(each.get(6).numTokens(), thirds.get(2).numTokens());
  }

  /** So that a run that goes on from it says what it would have said. */
  @Test
  void aCheckpointEndsALine() {
    List<StepMetrics> lines = train(new UnigramModel(5), arguments(7, 3, 9, 5), PACKS);
    assertEquals(List.of(3L, 5L, 6L, 7L), lines.stream().map(StepMetrics::step).toList());
  }

  @Test
  void evaluationsAndCheckpointsComeWhenAskedFor() {
    List<String> calls = new ArrayList<>();
    TrainerListener listener =
        new TrainerListener() {
          @Override
          public void onEvaluate(long step, double epoch) {
            calls.add("evaluate " + step);
          }

          @Override
          public void onSave(long step, double epoch) {
            calls.add("save " + step);
          }
        };
    run(new UnigramModel(5), arguments(7, 1, 2, 3.5 / 7), PACKS, listener);

    assertEquals(
        List.of("evaluate 2", "evaluate 4", "save 4", "evaluate 6"), calls, "0.5 of 7 steps is 4");
  }

  @Test
  void theSameSeedTrainsTheSameModel() {
    UnigramModel first = new UnigramModel(5);
    UnigramModel second = new UnigramModel(5);
    train(first, TrainArguments.defaults(), PACKS);
    train(second, TrainArguments.defaults(), PACKS);
    assertArrayEquals(first.logits(), second.logits());
  }

  @Test
  void divergenceStopsTheRunWithACure() {
    UnigramModel broken = new UnigramModel(5);
    Objective objective =
        new Delegate(broken) {
          @Override
          public StepLoss forwardBackward(Share share) {
            return new StepLoss(Double.NaN, super.forwardBackward(share).metrics());
          }
        };
    HoneException thrown =
        assertThrows(HoneException.class, () -> run(broken, objective, Plans.steps(1, 1, 3, 0.1)));
    assertTrue(thrown.getMessage().startsWith("step 1: loss is NaN"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("lower learning_rate"), thrown.getMessage());
  }

  @Test
  void aModelThatCannotLearnIsNamedAtTheFirstStep() {
    UnigramModel model = new UnigramModel(5);
    Objective objective =
        new Delegate(model) {
          @Override
          public StepLoss forwardBackward(Share share) {
            StepLoss loss = super.forwardBackward(share);
            zeroGradients();
            return loss;
          }
        };
    HoneException thrown =
        assertThrows(HoneException.class, () -> run(model, objective, Plans.steps(1, 1, 3, 0.1)));
    assertTrue(thrown.getMessage().contains("gradient of every trained parameter is 0"));
  }

  private static TrainArguments logging(int steps) {
    return arguments(7, steps, 3, 9);
  }

  private static TrainArguments arguments(
      long maxSteps, double loggingSteps, double evalSteps, double saveSteps) {
    return new TrainArguments(
        1,
        2,
        1,
        OptionalLong.of(maxSteps),
        0.1,
        LrCurve.COSINE,
        OptionalInt.of(2),
        OptionalDouble.empty(),
        OptimizerKind.ADAMW,
        0,
        false,
        0.9,
        0.999,
        1e-8,
        LearningRates.EQUAL,
        Averaging.NONE,
        1,
        OnNan.STOP,
        7,
        false,
        OptionalDouble.of(loggingSteps),
        OptionalDouble.of(evalSteps),
        OptionalDouble.of(saveSteps),
        OptionalInt.empty());
  }

  private static List<StepMetrics> train(
      UnigramModel model, TrainArguments arguments, PackSource packs) {
    List<StepMetrics> metrics = new ArrayList<>();
    run(
        model,
        arguments,
        packs,
        new TrainerListener() {
          @Override
          public void onMetrics(StepMetrics reported) {
            metrics.add(reported);
          }
        });
    return metrics;
  }

  private static void run(
      UnigramModel model, TrainArguments arguments, PackSource packs, TrainerListener listener) {
    TrainPlan plan = TrainPlan.of(arguments, packs.size());
    new Trainer(plan, model, model.kernels, packs, listener).run();
  }

  private static void run(UnigramModel model, Objective objective, TrainArguments arguments) {
    TrainPlan plan = TrainPlan.of(arguments, PACKS.size());
    new Trainer(plan, objective, model.kernels, PACKS, new TrainerListener() {}).run();
  }

  /** A model with one fault. */
  private abstract static class Delegate implements Objective {
    private final UnigramModel model;

    Delegate(UnigramModel model) {
      this.model = model;
    }

    @Override
    public List<Parameter> parameters() {
      return model.parameters();
    }

    @Override
    public void zeroGradients() {
      model.zeroGradients();
    }

    @Override
    public StepLoss forwardBackward(Share share) {
      return model.forwardBackward(share);
    }
  }
}
