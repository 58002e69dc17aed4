package dev.hone.training.objective;

import dev.hone.training.layers.TargetScores;

/**
 * What TRL says of a step over labelled answers, by its names: {@code kl}, {@code rewards/chosen},
 * {@code rewards/rejected}, {@code rewards/margins}, {@code logps/chosen}, {@code logps/rejected},
 * {@code logits/chosen}, {@code logits/rejected} and {@code entropy}. Chosen are the answers that
 * are wanted. The margin is the difference of the two mean rewards of a step that has both.
 */
final class KtoMetrics {
  private final KtoLoss loss;
  private final Means means = new Means();
  private final double[] rewards = new double[2];
  private final int[] answers = new int[2];
  private double total;

  KtoMetrics(KtoLoss loss, double kl) {
    this.loss = loss;
    means.add("kl", kl, 1);
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

  /** The step that the micro-batches make up. */
  StepLoss step(int allAnswers) {
    if (answers[0] > 0 && answers[1] > 0) {
      means.add("rewards/margins", rewards[0] / answers[0] - rewards[1] / answers[1], 1);
    }
    return new StepLoss(total / allAnswers, means);
  }
}
