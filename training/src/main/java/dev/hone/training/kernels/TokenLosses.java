package dev.hone.training.kernels;

/**
 * What a cross entropy found about each row.
 *
 * @param nll {@code [N]} negative log-likelihood of the target, in nats
 * @param best {@code [N]} the token with the highest logit; the lowest id of equals
 * @param entropy {@code [N]} of the distribution of the next token, in nats: {@code -sum of p log
 *     p}
 * @param meanLogit {@code [N]} mean of the logits over the vocabulary
 * @param logSumExp {@code [N]} log of the sum of their exponentials
 */
public record TokenLosses(
    double[] nll, int[] best, double[] entropy, double[] meanLogit, double[] logSumExp) {

  /** Room for so many rows. */
  public static TokenLosses allocate(int capacity) {
    return new TokenLosses(
        new double[capacity],
        new int[capacity],
        new double[capacity],
        new double[capacity],
        new double[capacity]);
  }
}
