package dev.hone.formats.model.gguf;

import dev.hone.formats.model.TensorInfo;

/**
 * A tensor of a GGUF file.
 *
 * @param shape outermost dimension first, {@code [out, in]}; the file has it the other way round
 * @param position its first byte in the file
 */
public record GgufTensor(String name, long[] shape, GgmlType type, long position) {
  /** Number of elements. */
  public long elements() {
    return TensorInfo.elements(shape);
  }

  /** Size in the file, in bytes; rows are whole blocks. */
  public long bytes() {
    return elements() / type.format().elements() * type.format().bytes();
  }
}
