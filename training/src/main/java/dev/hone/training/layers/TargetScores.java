package dev.hone.training.layers;

import dev.hone.training.kernels.TokenLosses;

/**
 * What a pass found about its targets, in their order. It shows the memory of the layers: the next
 * pass overwrites it.
 *
 * @param count number of targets
 * @param positions of the targets in the row
 * @param ids the target tokens
 * @param losses what the head says of each
 */
public record TargetScores(int count, int[] positions, int[] ids, TokenLosses losses) {

  /** Position in the row of the token that is target i. */
  public int position(int i) {
    return positions[i];
  }

  /** Log-probability of target i, in nats. */
  public double logProbability(int i) {
    return -losses.nll()[i];
  }

  /** Whether target i had the highest logit. */
  public boolean isCorrect(int i) {
    return losses.best()[i] == ids[i];
  }
}
