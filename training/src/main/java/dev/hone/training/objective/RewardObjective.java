package dev.hone.training.objective;

import dev.hone.training.data.Answers;
import dev.hone.training.data.PackSource;
import dev.hone.training.data.PackedRow;
import dev.hone.training.layers.ScoreRule;
import dev.hone.training.model.Parameter;
import dev.hone.training.model.RewardModel;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.DoubleStream;

/**
 * Learning to rate answers: the mean over the pairs of the global batch of their {@link
 * BradleyTerry} cost. Dropout does not act, as in TRL.
 *
 * @param model gives the rewards
 * @param loss of a pair
 */
public record RewardObjective(RewardModel model, BradleyTerry loss) implements Objective {

  @Override
  public List<Parameter> parameters() {
    return model.body().parameters();
  }

  @Override
  public void onBackward(IntConsumer finalFrom) {
    model.body().onBackward(finalFrom);
  }

  @Override
  public void zeroGradients() {
    model.body().zeroGradients();
  }

  @Override
  public StepLoss forwardBackward(Share share) {
    int mine = share.microBatches().stream().mapToInt(RewardObjective::pairs).sum();
    int pairs = (int) share.ranks().sums(mine)[0];
    RewardMetrics metrics = new RewardMetrics("");
    share.eachPass(
        i -> {
          PackedRow row = share.microBatches().get(i);
          model.forwardBackward(row, rule(row, pairs, metrics));
        });
    return metrics.over(share.ranks()).step();
  }

  /** The loss of packs, all of them together, without gradients. */
  StepLoss evaluate(PackSource packs) {
    RewardMetrics metrics = new RewardMetrics("eval_");
    DoubleStream.Builder answers = DoubleStream.builder();
    for (long pack = 0; pack < packs.size(); pack++) {
      PackedRow row = packs.read(pack);
      double[] rewards = model.rewards(row);
      rule(row, 1, metrics).decide(rewards, new double[rewards.length]);
      Arrays.stream(rewards).forEach(answers);
    }
    StepLoss step = metrics.step();
    PairRewards rewards = PairRewards.of(answers.build().toArray());
    return new StepLoss(step.loss(), step.metrics(), rewards);
  }

  /** What is minimised in a pass over a global batch of one micro-batch. */
  public ScoreRule rule(PackedRow row) {
    return rule(row, pairs(row), new RewardMetrics(""));
  }

  private ScoreRule rule(PackedRow row, int allPairs, RewardMetrics metrics) {
    Answers answers = row.answers().orElseThrow();
    int pairs = pairs(row);
    return (rewards, slopes) -> {
      double total = 0;
      for (int i = 0; i < 2 * pairs; i += 2) {
        BradleyTerry.Cost cost = loss.of(rewards[i], rewards[i + 1], answers.margins()[i]);
        slopes[i] = cost.byChosen() / allPairs;
        slopes[i + 1] = cost.byRejected() / allPairs;
        total += cost.value();
        metrics.add(rewards[i], rewards[i + 1], cost.value());
      }
      return total / allPairs;
    };
  }

  private static int pairs(PackedRow row) {
    boolean[] chosen = row.answers().map(Answers::chosen).orElse(new boolean[0]);
    for (int i = 0; i < row.documentStarts().length; i += 2) {
      if (i + 1 >= chosen.length || !chosen[i] || chosen[i + 1]) {
        throw new IllegalArgumentException(
            "answers of a pair are neighbours, the chosen one first: " + Arrays.toString(chosen));
      }
    }
    return chosen.length / 2;
  }
}
