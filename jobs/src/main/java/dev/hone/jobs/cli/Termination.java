package dev.hone.jobs.cli;

import dev.hone.formats.HoneException;
import dev.hone.training.distributed.RunStoppedException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * What becomes of a command when SIGTERM or Ctrl-C ends this JVM. A training that is between its
 * first step and its last ends at a checkpoint, for which the end of the JVM waits; whatever else
 * Spark was doing is cut off, and what follows from that is no news to anybody.
 */
final class Termination implements AutoCloseable {
  /** 128 and the number of SIGTERM: what a JVM that it ends exits with. */
  static final int STATUS = 143;

  /** Before Spark's own hook, which takes the session away. */
  private static final int BEFORE_SPARK = 1000;

  private final PrintWriter err;
  private final Runnable hook = this::ended;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Duration longest = Duration.ZERO;
  private volatile boolean asked;

  private Termination(PrintWriter err) {
    this.err = err;
  }

  /** Listens until it is closed: when the command has said all that it has to. */
  static Termination listen(PrintWriter err) {
    Termination termination = new Termination(err);
    ShutdownHookManager.get()
        .addShutdownHook(termination.hook, BEFORE_SPARK, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    return termination;
  }

  /** Whether the JVM is about to end. */
  boolean isAsked() {
    return asked;
  }

  /**
   * Steps have begun, of which the last is worth waiting for.
   *
   * @param atMost how long
   */
  void waitForCheckpoint(Duration atMost) {
    longest = atMost;
  }

  /** What to say of a failure: its reason, unless it fails because the JVM ends. */
  Exception reason(Exception failure) {
    return !asked || failure instanceof RunStoppedException
        ? failure
        : new HoneException(
            "ended by a signal; what is committed stays, and the same call goes on from there",
            failure);
  }

  private void ended() {
    asked = true;
    if (longest.isZero()) {
      return;
    }
    say("ended by a signal: writes a checkpoint after this step");
    try {
      if (!over.await(longest.toSeconds(), TimeUnit.SECONDS)) {
        say(
            "no checkpoint was written in %d s; the same call goes on from the one before"
                .formatted(longest.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(String line) {
    err.println("hone: " + line);
    err.flush();
  }

  @Override
  public void close() {
    over.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
