package dev.hone.training.kernels.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one rank. Work is cut into as many ranges as there are threads, always at the same
 * places, so that sums over rows are formed in the same order in every run. Idle threads end by
 * themselves after ten seconds.
 */
final class Workers {
  private final int threads;
  private final ExecutorService pool;
  private final List<Scratch> scratch = new ArrayList<>();

  Workers(int threads) {
    this.threads = threads;
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            Math.max(1, threads - 1),
            Math.max(1, threads - 1),
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "hone-kernels");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    this.pool = executor;
    for (int i = 0; i < threads; i++) {
      scratch.add(new Scratch());
    }
  }

  int threads() {
    return threads;
  }

  /** One range of rows, with the scratch arrays of the thread that works on it. */
  interface Range {
    void run(int worker, int from, int to, Scratch scratch);
  }

  /**
   * Runs all of {@code [0, count)}, split over the threads.
   *
   * @param grain fewer than twice this many are not worth a second thread
   */
  void split(int count, int grain, Range range) {
    int parts = Math.max(1, Math.min(threads, count / Math.max(1, grain)));
    List<Future<?>> others = new ArrayList<>(parts - 1);
    for (int part = 1; part < parts; part++) {
      int worker = part;
      int from = start(count, parts, part);
      int to = start(count, parts, part + 1);
      others.add(pool.submit(() -> range.run(worker, from, to, scratch.get(worker))));
    }
    try {
      range.run(0, 0, start(count, parts, 1), scratch.get(0));
    } finally {
      others.forEach(Workers::join);
    }
  }

  /** One of many independent pieces of uneven size. */
  interface Item {
    void run(int item, Scratch scratch);
  }

  /** Runs items 0 to count - 1, each thread taking the next one as it becomes free. */
  void each(int count, Item item) {
    AtomicInteger next = new AtomicInteger();
    split(
        Math.min(threads, count),
        1,
        (worker, from, to, scratch) -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            item.run(i, scratch);
          }
        });
  }

  private static int start(int count, int parts, int part) {
    return (int) ((long) count * part / parts);
  }

  private static void join(Future<?> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("a kernel thread failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Heap arrays of one thread, kept from call to call and grown when a longer row comes. */
  static final class Scratch {
    private final float[][] rows = new float[12][0];

    /**
     * Array number {@code slot}, at least {@code size} long; its content is what the last user
     * left.
     */
    float[] get(int slot, int size) {
      if (rows[slot].length < size) {
        rows[slot] = new float[size];
      }
      return rows[slot];
    }
  }
}
