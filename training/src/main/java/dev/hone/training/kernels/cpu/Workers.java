package dev.hone.training.kernels.cpu;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one rank: the one that calls, and helpers. Work is cut into as many ranges as
 * there are threads, always at the same places, so that sums over rows are formed in the same order
 * in every run.
 */
final class Workers {
  /** One part in so many is for the thread that comes first. */
  private static final int SPARE = 4;

  private final Scratch[] scratch;
  private final Helper[] helpers;
  private int used;

  Workers(int threads) {
    used = threads;
    scratch = new Scratch[threads];
    helpers = new Helper[threads - 1];
    for (int i = 0; i < threads; i++) {
      scratch[i] = new Scratch();
    }
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i + 1, scratch[i + 1]);
    }
  }

  /** How many of the threads work. */
  int threads() {
    return used;
  }

  /** Lets so many of the threads work, until it is called again. */
  void use(int threads) {
    if (threads < 1 || threads > scratch.length) {
      throw new IllegalArgumentException(threads + " of " + scratch.length + " threads");
    }
    used = threads;
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

  /**
   * As {@link #split}, for ranges whose results do not depend on who works on them. Cores are
   * rarely equally fast, so each thread begins with a large range, and what is left over in small
   * ones goes to those that are done first. The cuts are the same in every run.
   */
  void share(int count, int grain, Range range) {
    int parts = Math.min(threads(), count / Math.max(1, grain));
    int spare = count / SPARE;
    if (parts < 2 || spare < parts * Math.max(1, grain)) {
      split(count, grain, range);
      return;
    }
    int large = count - spare;
    AtomicInteger next = new AtomicInteger();
    split(
        parts,
        1,
        (worker, part, end, scratch) -> {
          range.run(worker, start(large, parts, part), start(large, parts, end), scratch);
          for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
            int from = large + start(spare, parts, i);
            range.run(worker, from, large + start(spare, parts, i + 1), scratch);
          }
        });
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
