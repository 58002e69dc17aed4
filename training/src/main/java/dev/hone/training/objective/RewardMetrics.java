package dev.hone.training.objective;

import dev.hone.training.collective.Exchange;

/**
 * What TRL's RewardTrainer says of a step, by its names: {@code accuracy} (how often the chosen
 * answer has the higher reward), {@code min_reward}, {@code mean_reward}, {@code max_reward} and
 * {@code margin}, the mean of their difference. All are of the whole global batch, or of all
 * held-out pairs, and then begin with {@code eval_}.
 */
final class RewardMetrics {
  private final String prefix;
  private Means means = new Means();
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double loss;
  private int pairs;

  /**
   * @param prefix of every name
   */
  RewardMetrics(String prefix) {
    this.prefix = prefix;
  }

  void add(double chosen, double rejected, double cost) {
    pairs++;
    loss += cost;
    min = Math.min(min, Math.min(chosen, rejected));
    max = Math.max(max, Math.max(chosen, rejected));
    means
        .add(prefix + "accuracy", chosen > rejected ? 1 : 0, 1)
        .add(prefix + "mean_reward", chosen + rejected, 2)
        .add(prefix + "margin", chosen - rejected, 1);
  }

  /** Those of all ranks together. */
  RewardMetrics over(Exchange ranks) {
    RewardMetrics all = new RewardMetrics(prefix);
    for (double[] row : ranks.rows(pairs, loss, min, max)) {
      all.pairs += (int) row[0];
      all.loss += row[1];
      all.min = Math.min(all.min, row[2]);
      all.max = Math.max(all.max, row[3]);
    }
    all.means = means.over(ranks);
    return all;
  }

  /** The step that the pairs make up. */
  StepLoss step() {
    if (pairs > 0) {
      means.add(prefix + "min_reward", min, 1).add(prefix + "max_reward", max, 1);
    }
    return new StepLoss(loss / pairs, means);
  }
}
