package dev.hone.ingest.tables;

import io.delta.exceptions.DeltaConcurrentModificationException;

/** Repeats a transaction that another driver's commit made void. */
public final class Commits {
  /**
   * A conflict needs another writer's commit in between, so a handful of tries outlasts a crowd.
   */
  static final int ATTEMPTS = 8;

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
