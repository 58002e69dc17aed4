package dev.hone.training.model;

import dev.hone.training.collective.Exchange;
import java.io.Serializable;

/**
 * A loss before it is divided: sums cross every boundary, means none, so accumulation, packing and
 * worker count never change a loss.
 *
 * @param sum weighted sum of the negative log-likelihoods, in nats
 * @param weight sum of the loss weights
 * @param correct targets that had the highest logit
 * @param targets targets with a weight above 0
 * @param entropy sum over the targets of the entropy of the predicted distribution, in nats
 */
public record LossSum(double sum, double weight, long correct, long targets, double entropy)
    implements Serializable {
  public static final LossSum ZERO = new LossSum(0, 0, 0, 0, 0);

  public LossSum plus(LossSum other) {
    return new LossSum(
        sum + other.sum,
        weight + other.weight,
        correct + other.correct,
        targets + other.targets,
        entropy + other.entropy);
  }

  /** As ranks tell it each other. */
  public double[] numbers() {
    return new double[] {sum, weight, correct, targets, entropy};
  }

  /** The way back from {@link #numbers}. */
  public static LossSum of(double... numbers) {
    return new LossSum(numbers[0], numbers[1], (long) numbers[2], (long) numbers[3], numbers[4]);
  }

  /** That of all ranks together. */
  public LossSum over(Exchange ranks) {
    return of(ranks.sums(numbers()));
  }

  /** Mean loss in nats a target; NaN without any. */
  public double mean() {
    return sum / weight;
  }

  /**
   * {@code mean_token_accuracy}: share of the targets that had the highest logit; NaN without any.
   */
  public double accuracy() {
    return (double) correct / targets;
  }
}
