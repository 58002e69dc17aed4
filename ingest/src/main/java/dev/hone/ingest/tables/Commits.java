package dev.hone.ingest.tables;

import io.delta.exceptions.DeltaConcurrentModificationException;
import java.util.concurrent.ThreadLocalRandom;

/** Repeats a transaction that another driver's commit made void. */
public final class Commits {
  /** Enough to outlast a crowd of writers on a busy machine: the last pauses are 2 seconds each. */
  static final int ATTEMPTS = 20;

  private static final long LONGEST_PAUSE_MILLIS = 2000;

  private Commits() {}

  /**
   * Runs a transaction until no other commit voids it. It must read what it depends on itself, so
   * that a repetition sees the commit that was in the way.
   *
   * @throws DeltaConcurrentModificationException if the last attempt conflicts too
   */
  public static void retrying(Runnable transaction) {
    for (int attempt = 1; ; attempt++) {
      try {
        transaction.run();
        return;
      } catch (Exception e) {
        if (!isConflict(e) || attempt == ATTEMPTS) {
          throw e;
        }
      }
      pause(attempt);
    }
  }

  /** Writers that repeat at once keep voiding each other; chance lets one of them through. */
  private static void pause(int attempt) {
    long longest = Math.min(LONGEST_PAUSE_MILLIS, 50L << Math.min(attempt, 10));
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(longest));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Scala does not declare checked exceptions, so the conflict may arrive as any of these.
  static boolean isConflict(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeltaConcurrentModificationException
          || cause instanceof org.apache.spark.sql.delta.DeltaConcurrentModificationException) {
        return true;
      }
    }
    return false;
  }
}
