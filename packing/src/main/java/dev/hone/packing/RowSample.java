package dev.hone.packing;

import dev.hone.formats.HoneException;
import java.io.Serializable;

/**
 * A part of a dataset: {@code num_samples}. {@link Sampling} chooses the documents whose hash of
 * seed and record id is smallest, so that a dataset that grows keeps those that were chosen, but
 * for the ones that a new document with a smaller hash takes the place of.
 *
 * @param rows at most so many documents
 * @param seed another one chooses other documents
 */
public record RowSample(long rows, long seed) implements Serializable {
  /** All documents. */
  public static final RowSample ALL = new RowSample(Long.MAX_VALUE, 0);

  /**
   * Checks the number.
   *
   * @throws HoneException if it is not above 0
   */
  public RowSample {
    if (rows < 1) {
      throw new HoneException("num_samples: %d; use 1 or more".formatted(rows));
    }
  }

  boolean isAll() {
    return equals(ALL);
  }
}
