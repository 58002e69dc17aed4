package dev.hone.training.layers;

import java.util.Arrays;
import java.util.concurrent.CancellationException;

/**
 * The order in which the strands of a pass add to one gradient: the first additions of all of them,
 * strand after strand, then their second ones, and so on. What floats come to depends on the order
 * in which they are added; in this way it does not depend on who is done first. A strand that
 * behaves like the others seldom waits: from its first turn on it is a little behind the one before
 * it.
 *
 * <p>Worked example: of two strands, one adds twice and the other once in the head, and both once
 * more in the embedding. The order is: first strand, second, first again; then, as both are done
 * with the head, first strand and second.
 */
final class Turns {
  private static final long PHASE = 1L << 32;

  /** By strand: number of its next addition, in its phase. */
  private long[] next = new long[1];

  private boolean broken;

  /** So many strands begin a pass. */
  synchronized void begin(int strands) {
    if (next.length != strands) {
      next = new long[strands];
    }
    Arrays.fill(next, 0);
    broken = false;
  }

  /**
   * Adds when it is the turn of a strand.
   *
   * @throws CancellationException if another strand has failed meanwhile
   */
  synchronized void take(int strand, Runnable addition) {
    boolean interrupted = false;
    while (!isFirst(strand)) {
      if (broken) {
        throw new CancellationException("another strand of the pass has failed");
      }
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // whoever asks for that waits for the pass as well
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    addition.run();
    next[strand]++;
    notifyAll();
  }

  private boolean isFirst(int strand) {
    for (int other = 0; other < next.length; other++) {
      if (next[other] < next[strand] || next[other] == next[strand] && other < strand) {
        return false;
      }
    }
    return true;
  }

  /** A strand adds no more in the layer it is in; what it adds in another comes after all of it. */
  synchronized void endPhase(int strand) {
    next[strand] = (next[strand] / PHASE + 1) * PHASE;
    notifyAll();
  }

  /** A strand has come to the end of the pass. */
  synchronized void leave(int strand) {
    next[strand] = Long.MAX_VALUE;
    notifyAll();
  }

  /** A strand will never come to the end of the pass. */
  synchronized void fail() {
    broken = true;
    notifyAll();
  }
}
