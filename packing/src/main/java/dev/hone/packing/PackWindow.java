package dev.hone.packing;

import java.io.Serializable;

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
}
