package dev.hone.formats.model.gguf;

import dev.hone.formats.model.safetensors.TensorSource;
import java.nio.FloatBuffer;

/**
 * The rows of a q or k projection in a GGUF file's order: the inverse of {@link RotaryRows}. For D
 * = 4 the file gets rows 0, 2, 1, 3.
 *
 * @param rows as Hugging Face has them
 * @param headDim D
 * @param columns elements of a row; 1 for a bias
 */
record PairedRows(TensorSource.Values rows, int headDim, int columns)
    implements TensorSource.Values {

  @Override
  public void read(long offset, FloatBuffer target) {
    RotaryRows.read(rows, columns, row -> RotaryRows.row(row, headDim), offset, target);
  }
}
