package dev.hone.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.distributed.ModelProbe;
import dev.hone.training.distributed.RankMessage;
import dev.hone.training.objective.HeldOut;
import dev.hone.training.objective.Means;
import dev.hone.training.objective.PairRewards;
import dev.hone.training.objective.StepLoss;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HeldOutAnswersTest {

  /** 3 of 4 pairs, in 2 rows of 2. */
  @Test
  void sharesOfPairsHaveAnInterval() {
    Means means = new Means().add("rewards/accuracies", 3, 4).add("mean_token_accuracy", 1, 2);
    Map<String, RankMessage.Evaluated> reported = new HashMap<>();
    new HeldOutAnswers("set", false, 2)
        .measure(
            new ModelProbe.Subject(
                null,
                null,
                new HeldOut(new TwoPairs(), () -> new StepLoss(0.5, means)),
                message -> {
                  RankMessage.Evaluated found = (RankMessage.Evaluated) message;
                  reported.put(found.name(), found);
                }),
            7);
    RankMessage.Evaluated share = reported.get("rewards/accuracies");
    assertEquals(0.75, share.value());
    assertEquals(4, share.n());
    assertEquals(Interval.wilson(3, 4), new Interval(share.low(), share.high()));
    for (String name : new String[] {"eval_loss", "mean_token_accuracy"}) {
      assertTrue(Double.isNaN(reported.get(name).low()), name);
      assertEquals(0.5, reported.get(name).value(), name);
    }
  }

  /** Of 4 pairs 3 are told apart, of their 16 combinations 8, and two are equal. */
  @Test
  void rewardsAreKeptAndHaveAnArea() {
    PairRewards rewards = PairRewards.of(new double[] {9, 8, 4, 3, 3, 4, 2, 0});
    List<RankMessage> reported = new ArrayList<>();
    new HeldOutAnswers("set", false, 2)
        .measure(
            new ModelProbe.Subject(
                null,
                null,
                new HeldOut(new TwoPairs(), () -> new StepLoss(0.5, new Means(), rewards)),
                reported::add),
            7);
    assertEquals(3, reported.size(), reported::toString);
    RankMessage.Evaluated auc = (RankMessage.Evaluated) reported.get(1);
    assertEquals("eval_auc", auc.name());
    assertEquals(9 / 16.0, auc.value());
    assertEquals(4, auc.n());
    assertTrue(auc.low() < auc.value() && auc.value() < auc.high(), auc::toString);
    RankMessage.EvaluatedPairs pairs = (RankMessage.EvaluatedPairs) reported.get(2);
    assertEquals(new RankMessage.EvaluatedPairs(7, "set", rewards), pairs);
  }

  private record TwoPairs() implements PackSource {
    @Override
    public long size() {
      return 2;
    }

    @Override
    public int longest() {
      return 4;
    }

    @Override
    public PackedRow read(long pack) {
      return new PackedRow(new int[4], new float[4], new int[] {0, 1, 2, 3});
    }
  }
}
