package dev.hone.packing;

import static org.apache.spark.sql.functions.expr;

import java.io.Serializable;
import org.apache.spark.sql.Column;

/**
 * Which documents are packed together. Documents are packed in windows of positions, each window in
 * one task, so that memory is bounded, every sample is packed where it was tokenized, and the packs
 * are the same whatever the number of tasks.
 *
 * @param positions positions in a window. The last pack of a window stays part empty, so a window
 *     should fill some hundreds of packs; it should also be small enough to give every core some
 * @param tokens a window is cut where its samples reach this many tokens, which bounds the memory
 *     of a task (8 bytes a token) where documents are long
 */
record PackWindow(long positions, int tokens) implements Serializable {
  private static final long SMALLEST = 4096;
  private static final int LONG_SEQUENCE = 16_384;
  private static final int MOST_TOKENS = 8 << 20;

  /** The window of a sequence length: packs of long sequences need more documents to be full. */
  static PackWindow of(int sequenceLen) {
    return new PackWindow(SMALLEST * Math.max(1, sequenceLen / LONG_SEQUENCE), MOST_TOKENS);
  }

  /**
   * Tasks that have a window to work on.
   *
   * @param first position of the first document; a multiple of the window
   * @param end all positions are below
   * @param most tasks
   */
  int tasks(long first, long end, int most) {
    return Math.toIntExact(1 + (windows(first, end) - 1) / windowsATask(first, end, most));
  }

  /**
   * The task of a row by its {@code position}, so that no window is in two.
   *
   * @param tasks from {@link #tasks}
   */
  Column task(long first, long end, int tasks) {
    return expr(
        "CAST((position - %d) div %d AS INT)"
            .formatted(first, positions * windowsATask(first, end, tasks)));
  }

  private long windowsATask(long first, long end, int tasks) {
    return 1 + (windows(first, end) - 1) / tasks;
  }

  private long windows(long first, long end) {
    return 1 + (end - first - 1) / positions;
  }
}
