package dev.hone.training.kernels.cpu;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one rank: the one that calls, and helpers. Work is cut into as many ranges as
 * there are threads, always at the same places, so that sums over rows are formed in the same order
 * in every run.
 */
final class Workers {
  private final Scratch[] scratch;
  private final Helper[] helpers;

  Workers(int threads) {
    scratch = new Scratch[threads];
    helpers = new Helper[threads - 1];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new Scratch();
    }
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i + 1, scratch[i + 1]);
    }
  }

  int threads() {
    return scratch.length;
  }

  /** The arrays of one thread, while no range runs. */
  Scratch scratch(int worker) {
    return scratch[worker];
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
    int parts = Math.max(1, Math.min(threads(), count / Math.max(1, grain)));
    for (int part = 1; part < parts; part++) {
      helpers[part - 1].begin(range, start(count, parts, part), start(count, parts, part + 1));
    }
    try {
      range.run(0, 0, start(count, parts, 1), scratch[0]);
    } finally {
      Throwable failure = null;
      for (int part = 1; part < parts; part++) {
        Throwable other = helpers[part - 1].join();
        failure = failure == null ? other : failure;
      }
      if (failure != null) {
        throw new IllegalStateException("a kernel thread failed", failure);
      }
    }
  }

  /** One of many independent pieces of uneven size. */
  interface Item {
    void run(int item, int worker, Scratch scratch);
  }

  /** Runs items 0 to count - 1, each thread taking the next one as it becomes free. */
  void each(int count, Item item) {
    AtomicInteger next = new AtomicInteger();
    split(
        Math.min(threads(), count),
        1,
        (worker, from, to, scratch) -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            item.run(i, worker, scratch);
          }
        });
  }

  private static int start(int count, int parts, int part) {
    return (int) ((long) count * part / parts);
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
