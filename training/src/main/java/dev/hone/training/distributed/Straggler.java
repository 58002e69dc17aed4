package dev.hone.training.distributed;

import java.util.Locale;

/**
 * A rank that all others wait for.
 *
 * @param seconds that it computes in a step
 * @param others the median of what the others do
 * @param gone whether it was one, and is no more
 */
public record Straggler(
    int rank, String host, String executorId, double seconds, double others, boolean gone) {

  /** One line for a person. */
  public String shown() {
    String place =
        String.format(
            Locale.ROOT,
            "rank %d (host %s, executor %s) computes %.2f s a step and the others %.2f s",
            rank,
            host,
            executorId,
            seconds,
            others);
    return gone
        ? place + ": it keeps them waiting no more"
        : place
            + ": all wait for it; see what else runs on that host, or give the job other executors";
  }
}
