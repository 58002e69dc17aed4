package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;
import dev.hone.training.layers.TargetScores;

/**
 * What TRL says of a step over labelled answers, by its names: {@code kl}, {@code rewards/chosen},
 * {@code rewards/rejected}, {@code rewards/margins}, {@code logps/chosen}, {@code logps/rejected},
 * {@code logits/chosen}, {@code logits/rejected} and {@code entropy}. Chosen are the answers that
 * are wanted. The margin is the difference of the two mean rewards of a step that has both.
 */
final class KtoMetrics {
  private final KtoLoss loss;
  private final double kl;
  private Means means = new Means();
  private final double[] rewards = new double[2];
  private final int[] answers = new int[2];
  private double total;

  KtoMetrics(KtoLoss loss, double kl) {
    this.loss = loss;
    this.kl = kl;
  }

  void add(boolean wanted, double logp, double logRatio, double cost) {
    int side = wanted ? 0 : 1;
    double reward = loss.beta() * logRatio;
    total += cost;
    answers[side]++;
    rewards[side] += reward;
    means.add("rewards/" + name(wanted), reward, 1).add("logps/" + name(wanted), logp, 1);
  }

  void addToken(boolean wanted, TargetScores scores, int target) {
    means
        .add("logits/" + name(wanted), scores.losses().meanLogit()[target], 1)
        .add("entropy", scores.losses().entropy()[target], 1);
  }

  private static String name(boolean wanted) {
    return wanted ? "chosen" : "rejected";
  }

  /** Those of all ranks together. */
  KtoMetrics over(Exchange ranks) {
    double[] sums = ranks.sums(total, rewards[0], rewards[1], answers[0], answers[1]);
    KtoMetrics all = new KtoMetrics(loss, kl);
    all.total = sums[0];
    for (int side = 0; side < 2; side++) {
      all.rewards[side] = sums[1 + side];
      all.answers[side] = (int) sums[3 + side];
    }
    all.means = means.over(ranks);
    return all;
  }

  /** The step that the micro-batches make up. */
  StepLoss step(int allAnswers) {
    Means named = new Means().add("kl", kl, 1).addAll(means);
    if (answers[0] > 0 && answers[1] > 0) {
      named.add("rewards/margins", rewards[0] / answers[0] - rewards[1] / answers[1], 1);
    }
    return new StepLoss(total / allAnswers, named);
  }
}
