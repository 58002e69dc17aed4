package dev.hone.training.checkpoint.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** A few transfers at a time; the first that fails ends the others. */
final class Transfers implements AutoCloseable {
  private final ExecutorService threads;

  Transfers(int atOnce) {
    this.threads =
        Executors.newFixedThreadPool(
            atOnce,
            work -> {
              Thread thread = new Thread(work, "hone-s3");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Does all, and returns when none is under way any more.
   *
   * @throws IOException of the first that failed; what had not begun then is left
   */
  void all(List<Callable<Void>> transfers) throws IOException {
    ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(threads);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (Callable<Void> transfer : transfers) {
      done.submit(() -> failure.get() == null ? transfer.call() : null);
    }
    for (int left = transfers.size(); left > 0; ) {
      try {
        Future<Void> next = done.take();
        left--;
        next.get();
      } catch (ExecutionException e) {
        failure.compareAndSet(null, e.getCause());
      } catch (InterruptedException e) {
        failure.compareAndSet(null, e);
      }
    }
    rethrow(failure.get());
  }

  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the transfer was interrupted");
    }
    if (failure != null) {
      throw new IllegalStateException("a transfer failed", failure);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
