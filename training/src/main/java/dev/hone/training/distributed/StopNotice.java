package dev.hone.training.distributed;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkEnv;

/**
 * How a rank hears that the run is to end at a checkpoint. It asks the driver five times a second,
 * who knows of its own end and of executors that are decommissioned. An executor that is ended by
 * SIGTERM without such a notice hears it itself, and waits for the rank: but only if there is a
 * driver yet, as a checkpoint that no driver knows of is in the way of the next one.
 */
final class StopNotice implements AutoCloseable {
  /** Before Spark's hook, which takes everything away. */
  private static final int BEFORE_SPARK = 1000;

  private static final long PERIOD_MILLIS = 200;

  private final Mailbox.Sender driver;
  private final Duration longest;
  private final ScheduledExecutorService clock;
  private final Runnable hook = this::leave;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean asked;

  private StopNotice(Mailbox.Sender driver, Duration longest) {
    this.driver = driver;
    this.longest = longest;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "hone-stop-notice");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Listens until it is closed.
   *
   * @param longest how long the end of this executor may wait for the checkpoint
   */
  static StopNotice listen(Mailbox.Sender driver, Duration longest) {
    StopNotice notice = new StopNotice(driver, longest);
    notice.clock.scheduleWithFixedDelay(
        notice::ask, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    boolean driversProcess = SparkEnv.get().executorId().equals("driver");
    if (!driversProcess && !ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get()
          .addShutdownHook(notice.hook, BEFORE_SPARK, longest.toSeconds() + 1, TimeUnit.SECONDS);
    }
    return notice;
  }

  /** Whether the driver or this executor has asked. */
  boolean isAsked() {
    return asked;
  }

  private void ask() {
    try {
      asked |= driver.isAskedToStop();
    } catch (RuntimeException e) {
      // A driver that does not answer now is asked again; one that is gone ends this task.
      System.getLogger(StopNotice.class.getName())
          .log(System.Logger.Level.DEBUG, "the driver does not answer", e);
    }
  }

  /** In the shutdown of this executor. */
  private void leave() {
    try {
      driver.isAskedToStop();
      asked = true;
      if (!over.await(longest.toSeconds(), TimeUnit.SECONDS)) {
        System.getLogger(StopNotice.class.getName())
            .log(System.Logger.Level.WARNING, "no checkpoint was written in " + longest);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      System.getLogger(StopNotice.class.getName())
          .log(System.Logger.Level.WARNING, "without a driver there is nothing to wait for", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    over.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
