package dev.hone.formats.model.gguf;

import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.FloatBuffer;
import java.util.function.LongUnaryOperator;

/**
 * The rows of a q or k projection in Hugging Face's order. RoPE turns row i of a head of D rows
 * together with row i + D/2; llama.cpp's converter has put those two at 2i and 2i + 1. For D = 4
 * the file has rows 0, 2, 1, 3.
 *
 * @param paired the rows as the file has them
 * @param headDim D
 * @param columns elements of a row; 1 for a bias
 */
record RotaryRows(TensorSource.Values paired, int headDim, int columns)
    implements TensorSource.Values {

  @Override
  public void read(long offset, FloatBuffer target) {
    read(paired, columns, row -> fileRow(row, headDim), offset, target);
  }

  /**
   * Fills the target from rows in another order.
   *
   * @param rowOf where a row is in {@code values}
   */
  static void read(
      TensorSource.Values values,
      int columns,
      LongUnaryOperator rowOf,
      long offset,
      FloatBuffer target) {
    int end = target.limit();
    while (target.position() < end) {
      long row = offset / columns;
      int column = (int) (offset % columns);
      int count = Math.min(columns - column, end - target.position());
      target.limit(target.position() + count);
      values.read(rowOf.applyAsLong(row) * columns + column, target);
      target.limit(end);
      offset += count;
    }
  }

  /** Where the file has a row. */
  static long fileRow(long row, int headDim) {
    long head = row / headDim;
    long inHead = row % headDim;
    int half = headDim / 2;
    return head * headDim + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
  }

  /** The row that a row of the file was; the inverse of {@link #fileRow}. */
  static long row(long fileRow, int headDim) {
    long head = fileRow / headDim;
    long inHead = fileRow % headDim;
    return head * headDim + inHead / 2 + inHead % 2 * (headDim / 2);
  }
}
