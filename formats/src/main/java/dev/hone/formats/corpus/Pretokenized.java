package dev.hone.formats.corpus;

import java.util.Arrays;

/**
 * A row that brings its own token ids and labels; label -100 means no loss, any other label equals
 * the id at its position.
 *
 * @param inputIds token ids {@code [T]}
 * @param labels {@code [T]}, aligned with inputIds (not shifted)
 */
public record Pretokenized(int[] inputIds, int[] labels) implements Document {
  /** The label of a token that carries no loss, as in PyTorch's cross entropy. */
  public static final int IGNORE_INDEX = -100;

  @Override
  public String kind() {
    return "pretokenized";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pretokenized that
        && Arrays.equals(inputIds, that.inputIds)
        && Arrays.equals(labels, that.labels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(labels);
  }
}
