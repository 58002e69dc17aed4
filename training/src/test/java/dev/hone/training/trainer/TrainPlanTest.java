package dev.hone.training.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.formats.HoneException;
import dev.hone.training.optimizer.Averaging;
import dev.hone.training.optimizer.LearningRates;
import dev.hone.training.optimizer.OptimizerKind;
import dev.hone.training.parallel.Ranks;
import dev.hone.training.schedule.LrCurve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TrainPlanTest {

  @Test
  void theLastStepOfAnEpochMayBePartial() {
    TrainPlan plan = TrainPlan.of(Plans.epochs(2, 2, 1.5), 10);

    assertEquals(5, plan.microBatchesPerEpoch());
    assertEquals(3, plan.stepsPerEpoch());
    assertEquals(5, plan.totalSteps());
    assertEquals(
        "[2, 2, 1, 2, 2]",
        Arrays.toString(LongStream.range(0, 5).map(plan::microBatchesOfStep).toArray()));
    // HF Trainer: epoch + (micro-batches done in it) / (micro-batches of an epoch)
    assertEquals(
        "[0.4, 0.8, 1.0, 1.4, 1.8]",
        Arrays.toString(LongStream.rangeClosed(1, 5).mapToDouble(plan::epochAfter).toArray()));
  }

  /** 10 packs are 5 micro-batches, and 2 ranks with accumulation 2 have 4 of them in a step. */
  @Test
  void ranksHavePartsOfAStepThatFollowEachOther() {
    TrainPlan plan = TrainPlan.of(Plans.epochs(2, 2, 1.5), 10, Ranks.gradients(2));
    assertEquals(2, plan.stepsPerEpoch());
    assertEquals(3, plan.totalSteps());
    assertEquals(
        "0 [[0, 1], [2, 3]], 2 [[4, 5], [6, 7]], 0 [[8, 9]], 1 []",
        part(plan, 0, 0)
            + ", "
            + part(plan, 0, 1)
            + ", "
            + part(plan, 1, 0)
            + ", "
            + part(plan, 1, 1));
    assertEquals(
        "[0.8, 1.0, 1.8]",
        Arrays.toString(LongStream.rangeClosed(1, 3).mapToDouble(plan::epochAfter).toArray()));
  }

  @Test
  void moreAccumulationIsAsGoodAsMoreRanks() {
    TrainPlan one = TrainPlan.of(Plans.epochs(1, 4, 3), 11);
    for (int ranks : new int[] {2, 4}) {
      TrainPlan many = TrainPlan.of(Plans.epochs(1, 4 / ranks, 3), 11, Ranks.gradients(ranks));
      assertEquals(one.totalSteps(), many.totalSteps());
      for (long step = 0; step < one.totalSteps(); step++) {
        List<long[]> dealt = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
          assertEquals(dealt.size(), many.partOfStep(step, rank).first());
          dealt.addAll(many.partOfStep(step, rank).packs());
        }
        assertEquals(text(one.packsOfStep(step)), text(dealt));
      }
    }
  }

  private static String part(TrainPlan plan, long step, int rank) {
    TrainPlan.Part part = plan.partOfStep(step, rank);
    return part.first() + " " + text(part.packs());
  }

  private static String text(List<long[]> packs) {
    return packs.stream().map(Arrays::toString).toList().toString();
  }

  @Test
  void maxStepsWinsOverEpochs() {
    assertEquals(40, TrainPlan.of(Plans.steps(1, 1, 40, 1e-3), 3).totalSteps());
  }

  @Test
  void warmupStepsWinOverTheRatioAndTheRatioIsRoundedUp() {
    assertEquals(7, warmup(100, OptionalInt.of(7), OptionalDouble.of(0.5)));
    assertEquals(1, warmup(100, OptionalInt.of(1), OptionalDouble.empty()));
    assertEquals(4, warmup(100, OptionalInt.empty(), OptionalDouble.of(0.031)));
  }

  @Test
  void withoutAWarmupThereIsNoneAsInTransformers() {
    assertEquals(0, warmup(1000, OptionalInt.empty(), OptionalDouble.empty()));
  }

  @Test
  void everyBadArgumentIsNamedAtOnce() {
    HoneException thrown =
        assertThrows(
            HoneException.class,
            () ->
                new TrainArguments(
                    0,
                    1,
                    Double.NaN,
                    OptionalLong.empty(),
                    -1,
                    LrCurve.LINEAR,
                    OptionalInt.empty(),
                    OptionalDouble.of(1.5),
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
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.empty()));
    for (String part :
        new String[] {
          "micro_batch_size is 0, but must be at least 1",
          "num_epochs is NaN, but must be above 0",
          "learning_rate is -1, but must be at least 0",
          "warmup_ratio is 1.5, but must be between 0 and 1",
        }) {
      assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }
  }

  @Test
  void nothingToTrainOnIsRefused() {
    HoneException thrown =
        assertThrows(HoneException.class, () -> TrainPlan.of(TrainArguments.defaults(), 0));
    assertTrue(thrown.getMessage().contains("0 packs"), thrown.getMessage());
  }

  private static long warmup(long totalSteps, OptionalInt steps, OptionalDouble ratio) {
    return TrainPlan.of(Plans.warmup(totalSteps, steps, ratio), 1).schedule().warmupSteps();
  }
}
