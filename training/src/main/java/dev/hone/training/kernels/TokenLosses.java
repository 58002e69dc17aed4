package dev.hone.training.kernels;

/**
 * What a cross entropy found about each row.
 *
 * @param nll {@code [N]} negative log-likelihood of the target, in nats
 * @param best {@code [N]} the token with the highest logit; the lowest id of equals
 */
public record TokenLosses(double[] nll, int[] best) {

  /** Room for so many rows. */
  public static TokenLosses allocate(int capacity) {
    return new TokenLosses(new double[capacity], new int[capacity]);
  }
}
